import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed, onTestFinished } from 'vitest';
import { startMillrace } from './run-millrace.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** A user's project: a flow that says what its file and the one that it imports say; and a home. */
export async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-dev-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, 'project', name);
  await mkdir(at('node_modules'), { recursive: true });
  await symlink(join(root, 'libs', 'sdk'), at('node_modules/millrace'));
  const write = (name: string, text: string) => writeFile(at(name), text);
  await write('package.json', '{ "type": "module" }');
  return { home: join(folder, 'home'), at, write };
}

/** Deploys `hello/dev`, whose runs print the word and what `word.ts` exports. */
export const flowFile = (word: string) => `import { deployment, flow } from 'millrace';
import { other } from './word.ts';
const hello: unknown = flow('hello', async () => console.log('${word}', other));
export { hello };
export const dev = deployment({ flow: 'hello', name: 'dev' });
`;

/** A command that goes on, and what it says meanwhile. */
export function start(line: readonly string[], environment: Readonly<Record<string, string>>) {
  const { child, outcome } = startMillrace(line, environment);
  onTestFinished(() => void child.kill('SIGKILL'));
  onTestFailed(() => console.error(said.stdout, said.stderr));
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (text: string) => {
      said[name] += text;
    });
  /** Resolves with the match once it was said, after what was waited for before; rejects if the command ends instead. */
  const from = { stdout: 0, stderr: 0 };
  const says = (pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout') =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(said[stream].slice(from[stream]));
        if (!match) return;
        from[stream] += match.index + match[0].length;
        child[stream].off('data', look);
        resolve(match);
      };
      child[stream].on('data', look);
      void outcome.then(() => reject(new Error(`ended without ${pattern}: ${said.stdout}${said.stderr}`)));
      look();
    });
  return { child, outcome, said, says };
}
