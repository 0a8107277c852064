import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** Runs a command at the root, with our terminal; gives its exit code. */
export async function runCommand([file, ...args]: readonly [string, ...string[]]): Promise<number> {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

/** Runs an action between two lines that say what it is and how long it took. */
export async function timed<T>(name: string, action: () => Promise<T>): Promise<T> {
  const began = performance.now();
  console.log(`\n=== ${name}`);
  const result = await action();
  console.log(`=== ${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}
