import { expect, test } from 'vitest';
import { watchedNames } from './watched-names.ts';

test.each<[string, string[], Record<string, string[]>]>([
  ['no file: nothing', [], {}],
  ['files of one folder: that folder once', ['/a/x.ts', '/a/y.ts'], { '/a': ['x.ts', 'y.ts'] }],
  ['files of several folders', ['/a/x.ts', '/a/b/x.ts'], { '/a': ['x.ts'], '/a/b': ['x.ts'] }],
  ['a file in a folder that is not there: the nearest above it', ['/a/new/more/x.ts'], { '/a': ['new'] }],
  ['both in one folder', ['/a/x.ts', '/a/new/y.ts', '/a/new/z.ts'], { '/a': ['x.ts', 'new'] }],
  ['nothing there but the root', ['/gone/x.ts'], { '/': ['gone'] }],
  ['no packages', ['/a/node_modules/p/x.ts', '/a/x.ts'], { '/a': ['x.ts'] }],
])('%s', (_name, files, expected) => {
  const folders = ['/', '/a', '/a/b', '/a/node_modules/p'];
  const found = watchedNames(files, (path) => folders.includes(path));
  expect(Object.fromEntries([...found].map(([folder, names]) => [folder, [...names]]))).toEqual(expected);
});
