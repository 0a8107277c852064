import process from 'node:process';
import { systemClock } from '@millrace/clock';
import { servePool } from './pool-process.ts';
// What flows import; here already when a run comes.
import '../index.ts';

// First of all: an agent that is gone leaves closed pipes behind, and the next print must not end this process.
const ignore = () => {};
process.stdout.on('error', ignore);
process.stderr.on('error', ignore);

if (process.send) servePool({ clock: systemClock, environment: process.env });
else {
  process.stderr.write('This is started by a Millrace agent, and does nothing without one.\n');
  process.exitCode = 1;
}
