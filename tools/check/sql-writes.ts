import ts from 'typescript';
import type { SourceFile } from './workspace.ts';

/** A place in the code that writes a table. */
export interface SqlWrite {
  readonly verb: 'insert' | 'update' | 'delete';
  /** Without its schema; undefined if the code computes it. */
  readonly table: string | undefined;
  /** The columns that an update sets; undefined if that can't be seen. */
  readonly columns?: readonly string[];
  readonly node: ts.Node;
}

const builders = {
  insertInto: 'insert',
  replaceInto: 'insert',
  mergeInto: 'update',
  updateTable: 'update',
  deleteFrom: 'delete',
} as const;

const written =
  /\b(insert\s+into|merge\s+into|update|delete\s+from|truncate(?:\s+table)?|copy)\s+(?:only\s+)?"?millrace"?\s*\.\s*"?(\w+|…)"?/gi;

/** The writes of a file: SQL in its texts, and calls of the query builder. */
export function sqlWritesOf(file: SourceFile): readonly SqlWrite[] {
  return file.nodes.flatMap((node) => (ts.isCallExpression(node) ? builderWrite(node) : textWrites(node)));
}

function builderWrite(node: ts.CallExpression): SqlWrite[] {
  if (!ts.isPropertyAccessExpression(node.expression)) return [];
  const method = node.expression.name.text;
  if (!Object.hasOwn(builders, method)) return [];
  const verb = builders[method as keyof typeof builders];
  const [argument] = node.arguments;
  const table = argument && ts.isStringLiteralLike(argument) ? bare(argument.text) : undefined;
  const columns = verb === 'update' ? setColumns(node) : undefined;
  return [{ verb, table, node: node.expression.name, ...(columns && { columns }) }];
}

/** `millrace.flow_run as r` → `flow_run` */
function bare(table: string): string | undefined {
  return /^(?:\w+\.)?(\w+)/.exec(table)?.[1];
}

/** The keys of `.set({ … })` that follows an update. */
function setColumns(call: ts.CallExpression): readonly string[] | undefined {
  const access = call.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name.text !== 'set') return undefined;
  const [values] = ts.isCallExpression(access.parent) ? access.parent.arguments : [];
  if (!values || !ts.isObjectLiteralExpression(values)) return undefined;
  const names = values.properties.map((property) => property.name?.getText());
  return names.every((name) => name !== undefined) ? names : undefined;
}

function textWrites(node: ts.Node): SqlWrite[] {
  const text = textOf(node);
  if (text === undefined) return [];
  return [...text.matchAll(written)].map((match) => {
    const [all, words = '', name = ''] = match;
    const first = words.split(/\s/)[0]?.toLowerCase();
    const verb = first === 'update' || first === 'merge' ? 'update' : first === 'delete' ? 'delete' : 'insert';
    const columns = first === 'update' ? assigned(text.slice(match.index + all.length)) : undefined;
    return { verb, table: name === '…' ? undefined : name, node, ...(columns && { columns }) };
  });
}

/** What a literal says; what is put into a template is `…`. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('');
}

/** The columns left of `=` in the list after `set`. */
function assigned(rest: string): readonly string[] | undefined {
  const set = /^\s*(?:as\s+)?(?!set\b)?\w*\s+set\s+/i.exec(rest) ?? /^\s*set\s+/i.exec(rest);
  if (!set) return undefined;
  return splitList(rest.slice(set[0].length)).map((item) => item.split('=')[0]?.replace(/"/g, '').trim() ?? '');
}

/** The parts between commas that are in no parentheses, up to the next clause. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let [depth, start, at] = [0, 0, 0];
  for (; at < text.length; at++) {
    const rest = text.slice(at);
    if (depth === 0 && /^\s(from|where|returning)\s/i.test(rest)) break;
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')' && --depth < 0) break;
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start, at)];
}
