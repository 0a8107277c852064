import { stat } from 'node:fs/promises';
import type { Clock } from '@millrace/clock';
import { followSources } from '@millrace/packaging';
import { explainError } from '../explain-error.ts';
import { shortPath } from '../short-path.ts';
import type { Deployer } from './deployer.ts';
import type { DevEvent } from './dev-event.ts';
import { FileWatch } from './file-watch.ts';
import { Reloads } from './reloads.ts';

export interface ReloadOnChangeOptions {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly clock: Clock;
  readonly deployer: Deployer;
  readonly tell: (event: DevEvent) => void;
  /** Called after each load that ran to its end, with the names of what was deployed: none where it failed. */
  readonly onDeployed: (names: readonly string[]) => void;
}

/** What deploys when something changes. */
export interface ReloadOnChange extends AsyncDisposable {
  /** Deploys though nothing changed. */
  now(): void;
}

/** Deploys files at once, and again whenever they or what they import by relative paths change. */
export function reloadOnChange({ files, clock, deployer, tell, onDeployed }: ReloadOnChangeOptions): ReloadOnChange {
  const watch = new FileWatch((path) => reloads.changed(path));
  // Those that the last deploy loaded besides; a file may name others by the next.
  let scripts: ReadonlySet<string> = new Set();
  let watched: ReadonlySet<string> = new Set();
  /** Gives what was not watched until now. */
  const watchAll = async () => {
    const known = watched;
    let before: ReadonlySet<string>;
    do {
      before = watched;
      const sources = await Promise.all([...files, ...scripts].map(followSources));
      watched = new Set(sources.flatMap((each) => [...each]));
      watch.watch(watched);
      // What comes to be watched may have changed since it was followed, and import others.
    } while ([...watched].some((file) => !before.has(file)));
    return [...watched].filter((file) => !known.has(file));
  };
  const deploy = async (superseded: AbortSignal) => {
    const began = clock.now();
    // Watched before they are read: what changes from here on leads to another reload.
    await watchAll();
    const loaded = new Set<string>();
    const deployed = await deployer.deploy(superseded, (script) => loaded.add(script));
    if (superseded.aborted) return deployed;
    const isNew = [...loaded].some((script) => !scripts.has(script));
    scripts = loaded;
    if (!isNew) return deployed;
    // These were read before they were watched. A file system's clock may lag by less than a process takes to start.
    for (const file of await watchAll()) if ((await changedAt(file)) >= began) reloads.changed(file);
    return deployed;
  };
  const reload = async (changed: ReadonlySet<string>, superseded: AbortSignal) => {
    if (changed.size > 0) tell({ event: 'changed', files: [...changed].map(shortPath).sort() });
    const deployed = await deploy(superseded).catch(async (error: unknown) => {
      if (superseded.aborted) return;
      for (const line of (await explainError(error)).lines) tell({ event: 'loading', line });
    });
    if (superseded.aborted) return;
    if (!deployed) tell({ event: 'notDeployed' });
    onDeployed(deployed ?? []);
  };
  const reloads = new Reloads({ clock, reload });
  reloads.now();
  return {
    now: () => reloads.now(),
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]();
      await reloads[Symbol.asyncDispose]();
    },
  };
}

/** When a file was written, or put into its place; what is not there was never. */
async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ ctimeMs }) => ctimeMs,
    () => Number.NEGATIVE_INFINITY,
  );
}
