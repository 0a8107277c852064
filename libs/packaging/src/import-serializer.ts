import { relative, sep } from 'node:path';
import { cwd } from 'node:process';
import type { FlowSource } from './flow-source.ts';
import { PackagingError } from './packaging-error.ts';
import type { ModuleReference, Serializer } from './serializer.ts';

/**
 * No code at all, but where to import it from: the flow must be there where it runs, as in a container's image or on a
 * machine that has the project.
 *
 * The module is the flow's file: as a path relative to the folder in which the deployment is created, to be found from
 * the run's working directory; as an absolute path where it lies elsewhere. The flow must be exported.
 */
export class ImportSerializer implements Serializer {
  readonly type = 'import';
  readonly #module: string | undefined;

  /** @param options.module a package's name or subpath (`my-flows/etl`), or a path, to be imported instead of the flow's file */
  constructor(options: { readonly module?: string } = {}) {
    this.#module = options.module;
  }

  async serialize({ file, name, exportName }: FlowSource): Promise<Uint8Array> {
    if (exportName === undefined)
      throw new PackagingError(`${file}: the flow '${name}' is not exported, which ImportSerializer needs`);
    const reference: ModuleReference = { module: this.#module ?? modulePath(file), export: exportName };
    return new TextEncoder().encode(JSON.stringify(reference));
  }

  deserialize(bytes: Uint8Array): ModuleReference {
    const refuse = (cause?: unknown) => new PackagingError('package document: not a module and an export', { cause });
    let parsed: Partial<Record<keyof ModuleReference, unknown>> | null;
    try {
      parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as typeof parsed;
    } catch (cause) {
      throw refuse(cause);
    }
    const { module, export: exportName } = parsed ?? {};
    if (typeof module !== 'string' || typeof exportName !== 'string' || !module) throw refuse();
    return { module, export: exportName };
  }
}

function modulePath(file: string): string {
  const path = relative(cwd(), file);
  return path === '..' || path.startsWith(`..${sep}`) ? file : `./${path.split(sep).join('/')}`;
}
