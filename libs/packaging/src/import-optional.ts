import { PackagingError } from './packaging-error.ts';

/** A package that is installed only where it is used; a {@link PackagingError} that says how to install it where it is not. */
export async function importOptional<Module>(
  load: () => Promise<Module>,
  name: string,
  neededBy: string,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const code = (cause as { code?: unknown } | null)?.code;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new PackagingError(`${neededBy} needs the package ${name}; install it with: npm install ${name}`, { cause });
  }
}
