import { extname } from 'node:path';
import { CommandError } from './usage-error.ts';

/** In which language a file of deployments is, by its name. Throws a {@link CommandError} where it is in none that can be loaded. */
export function languageOf(path: string): string {
  const extension = extname(path).toLowerCase();
  if (['.ts', '.mts', '.cts'].includes(extension)) return 'typescript';
  if (['.js', '.mjs', '.cjs'].includes(extension)) return 'javascript';
  if (['.yaml', '.yml'].includes(extension)) return 'yaml';
  throw new CommandError(
    `${path}: a TypeScript, JavaScript or YAML file is needed (.ts, .mts, .cts, .js, .mjs, .cjs, .yaml, .yml)`,
  );
}
