import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What Vite writes of each chunk. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const dist = join(import.meta.dirname, '..', 'dist');
const mostBytes = 250 * 1024;

const manifest: Readonly<Record<string, Chunk>> = JSON.parse(
  readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'),
);
const routes = Object.keys(manifest).filter((name) => name.startsWith('src/routes/'));

/** The chunks, and all that they import. */
function closure(names: readonly string[], found = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    closure(manifest[name]?.imports ?? [], found);
  }
  return found;
}

test('each route is a chunk of its own', () => {
  expect(routes.toSorted()).toEqual(['src/routes/deployments.tsx', 'src/routes/run.tsx', 'src/routes/runs.tsx']);
});

test.for(routes)('%s loads at most 250 KiB of gzipped script when it is opened first', (route) => {
  const files = [...closure(['index.html', route])].map((name) => join(dist, manifest[name]?.file ?? ''));
  const bytes = files.map((file) => statSync(`${file}.gz`, { throwIfNoEntry: false })?.size ?? statSync(file).size);
  const total = bytes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(50 * 1024);
  expect(total).toBeLessThanOrEqual(mostBytes);
});
