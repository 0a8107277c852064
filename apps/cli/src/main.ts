import { runCli } from './run-cli.ts';
import { exitOnSignals } from './signals.ts';

// Whoever reads us may stop reading (| head): nothing is left to do then, and nothing to complain about.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const signals = exitOnSignals();
const colour = (stream: NodeJS.WriteStream) => Boolean(stream.isTTY && stream.hasColors(16));
const exitCode = await runCli({
  line: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  colours: { stdout: colour(process.stdout), stderr: colour(process.stderr) },
  takeSignals: signals.take,
});
// Not by running dry: a user's module that `deployment create` loaded may have left something open.
process.stdout.write('', () => process.exit(exitCode));
