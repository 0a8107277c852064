import type ts from 'typescript';
import { kebabCase } from '../names.ts';

/** The function that a flow of that name is made of, where `flow` is called with a name that can be read off; else undefined. */
export function findFlowFunction(
  typescript: typeof ts,
  source: ts.SourceFile,
  flowName: string,
): ts.ArrowFunction | ts.FunctionExpression | ts.Identifier | undefined {
  const found: (ts.ArrowFunction | ts.FunctionExpression | ts.Identifier)[] = [];
  const visit = (node: ts.Node): void => {
    if (typescript.isCallExpression(node) && isFlow(typescript, node.expression)) {
      const [options, fn] = node.arguments;
      const isFunction =
        fn && (typescript.isArrowFunction(fn) || typescript.isFunctionExpression(fn) || typescript.isIdentifier(fn));
      if (options && isFunction && nameOf(typescript, options, fn) === flowName) found.push(fn);
    }
    typescript.forEachChild(node, visit);
  };
  visit(source);
  return found.length === 1 ? found[0] : undefined;
}

function isFlow(typescript: typeof ts, callee: ts.Expression): boolean {
  if (typescript.isPropertyAccessExpression(callee)) return callee.name.text === 'flow';
  return typescript.isIdentifier(callee) && callee.text === 'flow';
}

function nameOf(typescript: typeof ts, options: ts.Expression, fn: ts.Expression): string | undefined {
  if (typescript.isStringLiteralLike(options)) return options.text;
  if (!typescript.isObjectLiteralExpression(options)) return undefined;
  for (const property of options.properties) {
    const isName = property.name && typescript.isIdentifier(property.name) && property.name.text === 'name';
    if (!isName) continue;
    const isText = typescript.isPropertyAssignment(property) && typescript.isStringLiteralLike(property.initializer);
    return isText ? (property.initializer as ts.StringLiteralLike).text : undefined;
  }
  if (typescript.isIdentifier(fn)) return kebabCase(fn.text);
  return typescript.isFunctionExpression(fn) && fn.name ? kebabCase(fn.name.text) : undefined;
}
