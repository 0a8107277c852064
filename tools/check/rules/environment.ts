import ts from 'typescript';
import { importsOf } from '../imports.ts';
import { environmentReaders } from '../policy/globals.ts';
import { eachNode, isWithin, type Rule } from '../rule.ts';

const message =
  'reads process.env; settings are read in libs/settings and entries only: take what you need as an option';
const places = environmentReaders.flatMap((reader) => reader.places);

export const environment: Rule = {
  name: 'environment',
  says: '`process.env` is read by libs/settings and by entry files. Tests may hand it to the processes that they start.',
  *check(workspace) {
    const strict = (file: { readonly path: string; readonly isTest: boolean }) =>
      !file.isTest && !isWithin(file.path, places);
    yield* eachNode(workspace, (node, file) => (strict(file) && readsEnvironment(node) ? message : undefined));
    for (const file of workspace.files)
      for (const { specifier, line, names } of strict(file) ? importsOf(file) : [])
        if (/^(node:)?process$/.test(specifier) && names.includes('env')) yield { path: file.path, line, message };
  },
};

function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && isProcess(node.expression);
  if (ts.isElementAccessExpression(node))
    return (
      ts.isStringLiteralLike(node.argumentExpression) &&
      node.argumentExpression.text === 'env' &&
      isProcess(node.expression)
    );
  if (!ts.isVariableDeclaration(node) || !node.initializer || !isProcess(node.initializer)) return false;
  return (
    ts.isObjectBindingPattern(node.name) &&
    node.name.elements.some((element) => (element.propertyName ?? element.name).getText() === 'env')
  );
}

/** `process`, `globalThis.process`. */
function isProcess(node: ts.Expression): boolean {
  return ts.isIdentifier(node)
    ? node.text === 'process'
    : ts.isPropertyAccessExpression(node) && node.name.text === 'process';
}
