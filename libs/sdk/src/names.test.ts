import { expect, test } from 'vitest';
import { DefinitionError } from './errors.ts';
import { checkName, kebabCase } from './names.ts';

test.each(['a', 'Hello World', 'ä'.repeat(255), '\u{1f600}'.repeat(255), 'a.b:c#d?e'])('%s is a name', (name) => {
  expect(checkName('a flow', name)).toBe(name);
});

test.each<[unknown]>([[''], ['a/b'], ['50%'], ['a&b'], ['a>b'], ['<a'], ['a'.repeat(256)], [1], [undefined]])(
  '%s is none',
  (name) => {
    expect(() => checkName('a flow', name)).toThrow(DefinitionError);
  },
);

test.each([
  ['helloWorld', 'hello-world'],
  ['HelloWorld', 'hello-world'],
  ['hello_world', 'hello-world'],
  ['parseHTTPResponse', 'parse-http-response'],
  ['step2Run', 'step2-run'],
  ['_private', 'private'],
  ['', ''],
])('%s becomes %s', (identifier, name) => {
  expect(kebabCase(identifier)).toBe(name);
});
