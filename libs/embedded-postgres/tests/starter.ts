// A process that starts a Postgres on the folder it is given, says where, and then lives until it is killed.
import { systemClock } from '@millrace/clock';
import { silentLogger } from '@millrace/telemetry';
import { startEmbeddedPostgres } from '../src/index.ts';

process.on('SIGINT', () => undefined);
const [directory = ''] = process.argv.slice(2);
const { url, pid } = await startEmbeddedPostgres({ directory, clock: systemClock, log: silentLogger(), fsync: false });
console.log(JSON.stringify({ url, pid }));
process.stdin.resume();
