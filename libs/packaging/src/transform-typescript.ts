import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Esbuild from 'esbuild';
import { PackagingError } from './packaging-error.ts';

/**
 * TypeScript made JavaScript by esbuild, with the source map within, by the settings of the nearest tsconfig.json: for
 * syntax that is more than types (`enum`, `namespace`, parameter properties, decorators), which Node does not run.
 * Synchronous, since module hooks are. Throws a {@link PackagingError} that names file and line where it does not parse.
 */
export function transformTypeScript(file: string, source: string): string {
  const { transformSync } = requireEsbuild(file);
  const config = nearestTsconfig(dirname(file));
  try {
    const { code } = transformSync(source, {
      loader: 'ts',
      sourcefile: file.slice(file.lastIndexOf('/') + 1),
      sourcemap: 'inline',
      target: 'node22',
      logLevel: 'silent',
      ...(config !== undefined && { tsconfigRaw: config }),
    });
    return code;
  } catch (cause) {
    const [first] = (cause as Partial<Esbuild.TransformFailure>).errors ?? [];
    throw new PackagingError(`${file}:${first?.location?.line ?? 1}: ${first?.text ?? String(cause)}`, { cause });
  }
}

function requireEsbuild(file: string): typeof Esbuild {
  try {
    return createRequire(import.meta.url)('esbuild') as typeof Esbuild;
  } catch (cause) {
    throw new PackagingError(
      `${file} has syntax of TypeScript that is more than types; it needs the package esbuild: npm install esbuild`,
      { cause },
    );
  }
}

function nearestTsconfig(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    try {
      return readFileSync(join(folder, 'tsconfig.json'), 'utf8');
    } catch {
      if (folder === dirname(folder)) return undefined;
    }
  }
}
