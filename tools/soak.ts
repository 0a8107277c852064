// npm run soak -- <name> [arguments]: a long test on real processes, with a table as its result.
import { systemClock } from '@millrace/clock';
import { untilSignal } from '@millrace/service/until-signal';
import { calendarSoak } from './soak/calendar.ts';
import { killSoak } from './soak/kill.ts';
import { overlapSoak } from './soak/overlap.ts';
import { plantedSoak } from './soak/planted.ts';
import { schedulerSoak } from './soak/scheduler.ts';
import type { Soak } from './soak/soak.ts';

const soaks: ReadonlyMap<string, Soak> = new Map([
  ['kill', killSoak],
  ['overlap', overlapSoak],
  ['calendar', calendarSoak],
  ['scheduler', schedulerSoak],
  ['planted', plantedSoak],
]);

const [name = '', ...args] = process.argv.slice(2);
const soak = soaks.get(name);
if (!soak) {
  const complaint = name ? `There is no soak called ${name}.` : 'Which soak?';
  process.stderr.write(`${complaint} Use one of: ${[...soaks.keys()].join(', ')}.\n  npm run soak -- kill\n`);
  process.exit(2);
}
const stop = new AbortController();
void untilSignal().then(() => stop.abort(new Error('the soak was stopped')));
process.exit(await soak({ args, clock: systemClock, stop: stop.signal, print: (line) => console.log(line) }));
