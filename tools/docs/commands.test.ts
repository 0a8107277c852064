import { commands } from '@millrace/cli';
import { expect, test } from 'vitest';
import { codeOf, filesEndingIn, read } from './markdown.ts';

const pages = filesEndingIn('.md');
const lines = pages.flatMap((page) => codeOf(read(page)).map((code) => ({ page, code: code.replace(/^\$ /, '') })));
const names = new Set(commands.map(({ name }) => name));
const scriptsOf = (file: string) => (JSON.parse(read(file)) as { scripts?: Record<string, string> }).scripts ?? {};
// Those of a workspace are run with `-w`.
const scripts = Object.assign({}, ...filesEndingIn('package.json').map(scriptsOf));

/** What is named in code and is not there. */
function unknown(pattern: RegExp, isKnown: (name: string) => boolean): { found: number; missing: string[] } {
  const found = lines.flatMap(({ page, code }) =>
    [...code.matchAll(pattern)].map(([, name = '']) => ({ page, name: name.trim() })),
  );
  const missing = found.filter(({ name }) => !isKnown(name)).map(({ page, name }) => `${page}: ${name}`);
  return { found: found.length, missing };
}

test('commands of millrace named in Markdown are in the table', () => {
  const isCommand = (text: string) => {
    const [first = '', second = ''] = text.split(' ');
    return names.has(first) || names.has(`${first} ${second}`);
  };
  const { found, missing } = unknown(/(?:^|npx |[=:] )millrace ([a-z][a-z-]*(?: [a-z][a-z-]*)?)/g, isCommand);
  expect(missing).toEqual([]);
  expect(found).toBeGreaterThan(8);
});

test('flags given to commands of millrace in Markdown are in the table', () => {
  const given = lines.flatMap(({ page, code }) => {
    const [, rest] = /(?:^|npx )millrace (.*)$/.exec(code) ?? [];
    const command = commands.find(({ name }) => rest?.startsWith(`${name} `));
    const flags = [...(rest ?? '').matchAll(/ --([a-z-]+)/g)].map(([, flag = '']) => flag);
    return command ? flags.map((flag) => ({ page, command, flag })) : [];
  });
  const missing = given.filter(
    ({ command, flag }) => !['help', 'json'].includes(flag) && !command.flags.some(({ name }) => name === flag),
  );
  expect(missing.map(({ page, command, flag }) => `${page}: ${command.name} --${flag}`)).toEqual([]);
  expect(given.length).toBeGreaterThan(0);
});

test('npm scripts named in Markdown are in package.json', () => {
  const { found, missing } = unknown(/\bnpm (?:run )?((?<=run )[\w:-]+|start|test)/g, (name) => name in scripts);
  expect(missing).toEqual([]);
  expect(found).toBeGreaterThan(20);
});

test('filters given to npm test in Markdown find tests', () => {
  const files = filesEndingIn('.test.ts');
  const { found, missing } = unknown(/\bnpm test -- ([a-z][\w/-]*)/g, (filter) =>
    files.some((file) => file.includes(filter)),
  );
  expect(missing).toEqual([]);
  expect(found).toBeGreaterThan(10);
});

test('variables named in Markdown are read somewhere', () => {
  const sources = filesEndingIn('.ts').filter((file) => !file.endsWith('.test.ts'));
  const code = sources.map(read).join('\n');
  const { found, missing } = unknown(/\b(MILLRACE_[A-Z_]*[A-Z])\b/g, (name) => code.includes(name));
  expect(missing).toEqual([]);
  expect(found).toBeGreaterThan(20);
});
