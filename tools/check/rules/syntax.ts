import ts from 'typescript';
import { eachNode, type Rule } from '../rule.ts';
import type { SourceFile } from '../workspace.ts';

const { SyntaxKind } = ts;

export const syntax: Rule = {
  name: 'syntax',
  says: 'No `enum`, `namespace`, parameter properties, decorators, `any`, module mocks; default exports in config files only.',
  check: (workspace) => eachNode(workspace, judge),
};

function judge(node: ts.Node, file: SourceFile): string | undefined {
  switch (node.kind) {
    case SyntaxKind.EnumDeclaration:
      return 'enum: Node does not strip it; use a union of literals, or a const object';
    case SyntaxKind.ModuleDeclaration:
      return isAmbient(node as ts.ModuleDeclaration) ? undefined : 'namespace: a file is one already; export from it';
    case SyntaxKind.Decorator:
      return 'decorator: call the function';
    case SyntaxKind.AnyKeyword:
      return 'any: use unknown and narrow it, or name the type';
    case SyntaxKind.Parameter:
      return ts.isParameterPropertyDeclaration(node, node.parent)
        ? 'parameter property: Node does not strip it; declare the field and assign it'
        : undefined;
    case SyntaxKind.ExportAssignment:
    case SyntaxKind.DefaultKeyword:
      return isDefaultExport(node) && !isConfig(file) ? 'default export: give it a name' : undefined;
    case SyntaxKind.CallExpression:
      return /^vi\.(mock|doMock|hoisted)$/.test((node as ts.CallExpression).expression.getText())
        ? 'module mock: use the real part, or pass another one in'
        : undefined;
    default:
      return undefined;
  }
}

/** `declare module 'x'` and `declare global` add to what others declared. */
function isAmbient(node: ts.ModuleDeclaration): boolean {
  return ts.isStringLiteral(node.name) || node.name.text === 'global';
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return !node.isExportEquals;
  return ts.canHaveModifiers(node.parent) && (ts.getModifiers(node.parent) ?? []).some((modifier) => modifier === node);
}

function isConfig({ path }: SourceFile): boolean {
  return /\.config\.[cm]?[jt]s$/.test(path);
}
