import process from 'node:process';

/** What a process that loads deployments tells the one that started it: it is about to load a script that they name. */
interface ScriptMessage {
  readonly script: string;
}

/**
 * For the process that loads: a way to tell its parent of scripts, if it has one that listens. The channel is taken off the
 * process, where user code would take it for its own.
 */
export function scriptTeller(): (script: string) => void {
  const send = process.send?.bind(process);
  delete process.send;
  return (script) => {
    const message: ScriptMessage = { script };
    // A parent that is gone needs to hear nothing.
    if (process.connected) send?.(message, undefined, undefined, () => {});
  };
}

/** For the parent: the script that a message tells of. */
export function scriptOf(message: unknown): string | undefined {
  const { script } = (message ?? {}) as Partial<ScriptMessage>;
  return typeof script === 'string' ? script : undefined;
}
