import { dirname } from 'node:path';
import type { FlowSource } from './flow-source.ts';
import { importOptional } from './import-optional.ts';
import { PackagingError } from './packaging-error.ts';
import type { Serializer } from './serializer.ts';
import { decodeSourceTree, encodeSourceTree, type SourceTree } from './source-tree.ts';

const outfile = 'bundle.mjs';

/**
 * A flow and all that it depends on, packages included, as one ES module with a source map, made by esbuild; a stack
 * trace points at the user's own lines. `millrace` stays outside, and so does what `external` names. Path aliases of
 * tsconfig.json and every syntax of TypeScript are understood. Packages with binaries of their own can't be bundled: name
 * them in `external`, to be found where the flow runs.
 */
export class BundleSerializer implements Serializer {
  readonly type = 'bundle';
  readonly #external: readonly string[];

  /** @param options.external packages that are left out, as esbuild reads them (`pg`, `@aws-sdk/*`) */
  constructor(options: { readonly external?: readonly string[] } = {}) {
    this.#external = options.external ?? [];
  }

  async serialize({ file }: Pick<FlowSource, 'file'>): Promise<Uint8Array> {
    const { build } = await importOptional(() => import('esbuild'), 'esbuild', 'BundleSerializer');
    try {
      const { outputFiles } = await build({
        entryPoints: [file],
        // Paths in the source map count from here: equal sources give equal bytes wherever they lie.
        absWorkingDir: dirname(file),
        outfile,
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'node',
        target: 'node22',
        external: ['millrace', 'millrace/*', ...this.#external],
        sourcemap: 'linked',
        sourcesContent: true,
        keepNames: true,
        logLevel: 'silent',
        // CommonJS code within an ES module still wants these three.
        banner: { js: requireForCommonJs },
      });
      const files = new Map(outputFiles.map(({ path, text }) => [path.split('/').at(-1) ?? path, text]));
      return encodeSourceTree({ entry: outfile, files, links: new Map() });
    } catch (cause) {
      throw new PackagingError(`${file} can't be bundled: ${explain(cause)}`, { cause });
    }
  }

  deserialize(bytes: Uint8Array): SourceTree {
    return decodeSourceTree(bytes);
  }
}

const requireForCommonJs = [
  `import { createRequire as millraceCreateRequire } from 'node:module';`,
  'const require = millraceCreateRequire(import.meta.url);',
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join(' ');

interface BuildMessage {
  readonly text: string;
  readonly location?: { readonly file: string; readonly line: number; readonly column: number } | null;
}

function explain(cause: unknown): string {
  const { errors = [] } = cause as { errors?: readonly BuildMessage[] };
  if (errors.length === 0) return cause instanceof Error ? cause.message : String(cause);
  return errors
    .map(({ text, location }) =>
      location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
    )
    .join('; ');
}
