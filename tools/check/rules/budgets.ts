import ts from 'typescript';
import { type Kept, budgets as limits, ratchet } from '../policy/budgets.ts';
import type { Finding, Rule } from '../rule.ts';
import { lineOf, type SourceFile, type Workspace } from '../workspace.ts';

const ratchetPath = 'tools/check/policy/ratchet.json';

export const budgets: Rule = {
  name: 'budgets',
  says: `A file has at most ${limits.fileLines} lines, a function ${limits.functionLines}, and ${limits.parameters} positional parameters; what was larger may only shrink.`,
  check: (workspace) => judgeSizes(workspace, ratchet),
};

/** One measure of a file. */
export interface Measurement {
  readonly key: keyof Kept;
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  /** Where the largest is. */
  readonly line: number;
}

export function* judgeSizes(workspace: Workspace, kept: Readonly<Record<string, Kept>>): Iterable<Finding> {
  for (const file of workspace.files) {
    if (file.isGenerated) continue;
    for (const measurement of measurements(file)) {
      const message = judge(measurement, kept[file.path]?.[measurement.key]);
      if (message) yield { path: file.path, line: measurement.line, message };
    }
  }
  for (const path of Object.keys(kept))
    if (!workspace.fileAt.has(path))
      yield { path: ratchetPath, line: 1, message: `${path} is in the ratchet and no longer there: remove it` };
}

export function measurements(file: SourceFile): readonly Measurement[] {
  const longest = longestFunction(file);
  const wide = file.nodes.filter(isWide);
  const lines = file.ast.getLineStarts().length - 1;
  return [
    { key: 'lines', what: 'lines', measured: lines, limit: limits.fileLines, line: 1 },
    {
      key: 'functionLines',
      what: 'lines in a function',
      measured: longest.lines,
      limit: limits.functionLines,
      line: longest.line,
    },
    {
      key: 'wideFunctions',
      what: `functions with more than ${limits.parameters} positional parameters (take an object)`,
      measured: wide.length,
      limit: 0,
      line: wide[0] ? lineOf(file, wide[0]) : 1,
    },
  ];
}

function judge({ key, what, measured, limit }: Measurement, kept: number | undefined): string | undefined {
  if (key === 'lines' && measured > limits.hardFileLines)
    return `${measured} lines; ${limits.hardFileLines} is the end, whatever the ratchet says: split it`;
  if (kept === undefined) return measured > limit ? `${measured} ${what}; ${limit} is the budget` : undefined;
  if (measured > kept) return `${measured} ${what}; the ratchet has ${kept}, which may only shrink`;
  if (measured === kept) return undefined;
  return `${measured} ${what} where the ratchet has ${kept}: run node tools/check/boundaries.ts --lower`;
}

function longestFunction(file: SourceFile): { readonly lines: number; readonly line: number } {
  let longest = { lines: 0, line: 1 };
  const lineAt = (position: number) => file.ast.getLineAndCharacterOfPosition(position).line + 1;
  for (const node of file.nodes) {
    if (!hasBody(node) || isSuite(node)) continue;
    const line = lineAt(node.getStart(file.ast));
    const lines = lineAt(node.end) - line + 1;
    if (lines > longest.lines) longest = { lines, line };
  }
  return longest;
}

function hasBody(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

/** The body of `describe(…)` holds tests as a file does. */
function isSuite(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());
}

function isWide(node: ts.Node): boolean {
  if (!hasBody(node)) return false;
  // What is handed to a function is called as that function wants it.
  const isCallback = ts.isCallExpression(node.parent) && node.parent.expression !== node;
  const own = node.parameters.filter((parameter) => parameter.name.getText() !== 'this');
  return !isCallback && own.length > limits.parameters;
}
