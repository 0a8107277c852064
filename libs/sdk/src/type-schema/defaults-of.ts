import type ts from 'typescript';

/** The defaults in a destructured parameter, by name; undefined for one that is not a literal. */
export function defaultsOf(typescript: typeof ts, parameter: ts.ParameterDeclaration): Map<string, unknown> {
  const defaults = new Map<string, unknown>();
  if (!typescript.isObjectBindingPattern(parameter.name)) return defaults;
  for (const { name, propertyName, initializer } of parameter.name.elements) {
    const key = propertyName ?? name;
    if (initializer && typescript.isIdentifier(key)) defaults.set(key.text, literalOf(typescript, initializer));
  }
  return defaults;
}

function literalOf(typescript: typeof ts, node: ts.Expression): unknown {
  if (typescript.isStringLiteralLike(node)) return node.text;
  if (typescript.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === typescript.SyntaxKind.TrueKeyword) return true;
  if (node.kind === typescript.SyntaxKind.FalseKeyword) return false;
  if (node.kind === typescript.SyntaxKind.NullKeyword) return null;
  const isNegative =
    typescript.isPrefixUnaryExpression(node) &&
    node.operator === typescript.SyntaxKind.MinusToken &&
    typescript.isNumericLiteral(node.operand);
  if (isNegative) return -Number((node.operand as ts.NumericLiteral).text);
  if (typescript.isArrayLiteralExpression(node)) {
    const items = node.elements.map((element) => literalOf(typescript, element));
    return items.includes(undefined) ? undefined : items;
  }
  return undefined;
}
