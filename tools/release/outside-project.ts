import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** How a call of the installed command line ended. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a project runs on. */
export interface OutsideProjectOptions {
  /** The executable of the Node that installs and runs everything. Default: the one that runs this. */
  readonly node?: string;
}

/** A project as a user has it, outside of this repository, with the packed tarball installed. */
export interface OutsideProject extends AsyncDisposable {
  readonly folder: string;
  readonly home: string;
  /** The installed command line, in the project's folder. */
  millrace(line: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** A program of the project's, to its end. */
  program(file: string, environment?: Readonly<Record<string, string>>, line?: readonly string[]): Promise<Outcome>;
  /** The same as `millrace`, that goes on until the project is disposed of. Resolves when it has said `until`. */
  start(line: readonly string[], until: RegExp, environment?: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * @param files the project's, by their paths; a package.json among them
 * @param tarballs installed besides the project's own dependencies
 */
export async function outsideProject(
  files: Readonly<Record<string, string>>,
  tarballs: readonly string[],
  { node = process.execPath }: OutsideProjectOptions = {},
): Promise<OutsideProject> {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'millrace-outside-'));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, 'my flows');
  const home = join(root, 'home');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MILLRACE_|npm_)/.test(name)));
  // For npm, and for whoever starts just `node`.
  inherited.PATH = [dirname(node), inherited.PATH].join(delimiter);
  // What is installed must promise to work on this Node, not only be there.
  const options = ['--engine-strict', '--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)('npm', ['install', ...options, ...tarballs], { cwd: folder, env: inherited });
  const cli = join(folder, 'node_modules', 'millrace', 'main.js');
  const spawnNode = (line: readonly string[], environment: Readonly<Record<string, string>>) =>
    spawn(node, line, {
      cwd: folder,
      env: { ...inherited, MILLRACE_HOME: home, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const owned = stack.move();
  return {
    folder,
    home,
    millrace: (line, environment = {}) => outcomeOf(spawnNode([cli, ...line], environment)),
    program: (file, environment = {}, line = []) => outcomeOf(spawnNode([file, ...line], environment)),
    start(line, until, environment = {}) {
      const child = spawnNode([cli, ...line], environment);
      owned.defer(async () => {
        const closed = new Promise((resolve) => child.once('close', resolve));
        if (child.kill('SIGTERM')) await closed;
      });
      return new Promise((resolve, reject) => {
        let said = '';
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text: string) => {
            said += text;
            if (until.test(said)) resolve();
          });
        child.once('close', () => reject(new Error(`ended without saying ${until}: ${said}`)));
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function outcomeOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Outcome> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...said }));
  });
}
