import ts from 'typescript';
import { importsOf } from '../imports.ts';
import { clockReaders, turnTakers } from '../policy/globals.ts';
import { eachNode, isWithin, type Rule } from '../rule.ts';
import type { SourceFile } from '../workspace.ts';

const clocks = clockReaders.flatMap((reader) => reader.places);
const turns = turnTakers.flatMap((taker) => taker.places);
const timers = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const methods = new Set(['Date.now', 'performance.now', 'Temporal.Now', 'process.hrtime', 'AbortSignal.timeout']);
const modules = /^(node:)?timers(\/|$)/;

export const clock: Rule = {
  name: 'clock',
  says: 'The time is read and timers are set by libs/clock alone; everything else is passed a `Clock`. Tests do not sleep.',
  *check(workspace) {
    yield* eachNode(workspace, (node, file) => {
      if (isWithin(file.path, clocks)) return undefined;
      const use = clockUse(node, file);
      return use && !isTurn(file, use) ? explain(file, use) : undefined;
    });
    for (const file of workspace.files)
      for (const { specifier, line } of isWithin(file.path, clocks) ? [] : importsOf(file))
        if (modules.test(specifier)) yield { path: file.path, line, message: explain(file, specifier) };
  },
};

function clockUse(node: ts.Node, file: SourceFile): string | undefined {
  if (ts.isNewExpression(node) && !node.arguments?.length && node.expression.getText() === 'Date') return 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  if (ts.isPropertyAccessExpression(node)) {
    const name = node
      .getText()
      .replace(/^globalThis\./, '')
      .replace(/\?\./g, '.');
    return methods.has(name) ? name : file.isTest ? sleeper(node) : undefined;
  }
  return ts.isIdentifier(node) && timers.has(node.text) && isGlobal(node) ? node.text : undefined;
}

/** Ways to sleep that are methods of something. */
function sleeper(node: ts.PropertyAccessExpression): string | undefined {
  const name = node.getText();
  if (node.name.text === 'waitForTimeout') return name;
  return name === 'systemClock.sleep' || name === 'Atomics.wait' ? name : undefined;
}

/** Not the name of a member, nor of something declared here. */
function isGlobal(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return parent.expression.getText() === 'globalThis';
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return !('name' in parent && parent.name === node) && !ts.isImportSpecifier(parent);
}

// One turn of the event loop takes no time, whatever the machine: tests let promises settle with it.
function isTurn(file: SourceFile, use: string): boolean {
  return use === 'setImmediate' && (file.isTest || isWithin(file.path, turns));
}

function explain(file: SourceFile, use: string): string {
  return file.isTest
    ? `uses ${use}: a test does not sleep nor go by the machine's speed; await a condition or a signal, or move a virtualClock()`
    : `uses ${use}: only libs/clock knows the time; take a \`Clock\` as an option`;
}
