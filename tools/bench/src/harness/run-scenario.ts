import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { peerVersions } from '../peers/peer-versions.ts';
import { figuresOf, verdictOn } from './judge.ts';
import { playRounds } from './play-rounds.ts';
import { startBenchPostgres } from './postgres.ts';
import type { Report } from './report.ts';
import type { Scenario } from './scenario.ts';
import { stealMeter } from './steal.ts';

export interface RunOptions {
  readonly name: string;
  readonly rounds?: number | undefined;
  readonly tiny: boolean;
  readonly long: boolean;
  readonly profile: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly progress: (line: string) => void;
}

/** Plays a scenario on a Postgres of its own, and judges it. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Report> {
  const { progress } = options;
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  // Ended by a signal, it is not disposed of.
  process.once('exit', remove);
  stack.defer(() => {
    process.off('exit', remove);
    remove();
  });
  const postgres = stack.use(await startBenchPostgres({ ...options, directory: join(folder, 'postgres') }));
  const open = stack.use(await scenario.open({ ...options, postgres, folder }));
  const rounds = options.rounds ?? scenario.rounds;
  const { kept, discarded } = await playRounds(open.legs, { rounds, progress, stolenSince: await stealMeter() });
  const stolen = kept.map((round) => round.stolen);
  const profile = options.profile ? await open.profile?.() : undefined;
  return {
    scenario: options.name,
    conditions: { ...machine(), ...peerVersions, ...postgres.conditions },
    notes: open.notes,
    rounds: kept.length,
    discardedRounds: discarded.length,
    stolen: { min: Math.min(...stolen), max: Math.max(...stolen) },
    legs: open.legs.map(({ name }) => figuresOf(name, kept)),
    verdicts: open.comparisons.map((comparison) => verdictOn(comparison, kept)),
    ...(profile && { profile }),
  };
}

function machine(): Record<string, string> {
  const [first] = cpus();
  return {
    processors: `${cpus().length} × ${first?.model.trim() ?? 'unknown'}`,
    memory: `${(totalmem() / 1024 ** 3).toFixed(0)} GiB`,
    system: `${type()} ${release()}`,
    node: process.version,
  };
}
