import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Plant } from './plants.ts';

/** A repository to plant things in. */
export interface Copy extends AsyncDisposable {
  /** Puts a plant's files there; disposing takes them out again. */
  plant(plant: Plant): Promise<AsyncDisposable>;
  /** Installs TypeScript 7 under the name that Nx takes it by; disposing brings 6 back. */
  installTypeScript7(): Promise<AsyncDisposable>;
  /** Runs a script of the copy on the pinned Node. */
  run(script: string, ...args: readonly string[]): Promise<Outcome>;
}

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

const notCopied = new Set(['.git', '.nx', '.cache', 'dist', 'coverage']);

/** Copies the repository as it lies there; what is installed is linked. */
export async function copyRepository(original: string): Promise<Copy> {
  const root = await mkdtemp(join(tmpdir(), 'millrace-planted-'));
  const modules = 'node_modules';
  await cp(original, root, {
    recursive: true,
    filter: (path) => !notCopied.has(path.split('/').at(-1) ?? '') && path !== join(original, modules),
  });
  await linkTree(join(original, modules), join(root, modules), '.cache');
  return {
    plant: (plant) => plantIn(root, plant),
    installTypeScript7: () => installTypeScript7(join(root, modules)),
    run: (script, ...args) => run(root, [script, ...args]),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** The same tree of folders over the same files. */
async function linkTree(from: string, to: string, without?: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === without) continue;
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => cp(source, target));
  }
}

async function plantIn(root: string, { files }: Plant): Promise<AsyncDisposable> {
  const before = new Map<string, string | undefined>();
  for (const [path, change] of Object.entries(files)) {
    const file = join(root, path);
    const content = await readFile(file, 'utf8').catch(() => undefined);
    before.set(file, content);
    await writeFile(file, change(content ?? ''));
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const [file, content] of before) await (content === undefined ? rm(file) : writeFile(file, content));
    },
  };
}

async function installTypeScript7(modules: string): Promise<AsyncDisposable> {
  const [six, aside] = [join(modules, 'typescript'), join(modules, '.typescript6')];
  await rename(six, aside);
  await linkTree(join(modules, 'typescript7'), six);
  return {
    async [Symbol.asyncDispose]() {
      await rm(six, { recursive: true });
      await rename(aside, six);
    },
  };
}

async function run(root: string, args: readonly string[]): Promise<Outcome> {
  // Nothing of a task of Nx that this may be part of.
  const kept = Object.entries(process.env).filter(([name]) => !/^(NX_|VITEST|NODE_OPTIONS)/.test(name));
  const path = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const env = { ...Object.fromEntries(kept), PATH: path, NO_COLOR: '1', FORCE_COLOR: '0' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, output: output + errors };
}
