import process from 'node:process';
import type { FromEngine, ToEngine } from 'millrace/engine';

// Speaks the engine's side of the protocol and does what the run's parameters say.
const say = (message: FromEngine | null | string | object) => process.send?.(message);
const { FAIL_AT_START: failAtStart, TELL_WARM_UP: tellsWarmUp, DIE_IDLE: diesIdle } = process.env;

if (failAtStart) {
  process.stderr.write(`${failAtStart}\n`);
  process.exitCode = 3;
} else {
  process.on('disconnect', () => process.exit());
  process.on('message', (message: ToEngine) => {
    if (message.type === 'stop') process.exit(5);
    if (message.type === 'warm-up' && diesIdle) process.exit(6);
    if (message.type === 'warm-up' && tellsWarmUp) process.stdout.write('warm-up\n');
    if (message.type !== 'start') return;
    const { parameters, env, workingDirectory } = message.assignment;
    if (parameters.print) process.stdout.write(String(parameters.print));
    if (parameters.ignoreSigterm) process.on('SIGTERM', () => process.stdout.write('SIGTERM ignored\n'));
    for (const garbage of Array.isArray(parameters.send) ? parameters.send : []) say(garbage);
    const seen = { env, workingDirectory, inherited: process.env };
    say({
      type: 'logs',
      batchId: 1,
      records: [{ level: 30, logger: 'tiny', message: JSON.stringify(seen), timestamp: 0, sequence: 1 }],
    });
    if (typeof parameters.exit === 'number') process.exitCode = parameters.exit;
    if (parameters.exit === undefined) return;
    // Not `process.exit()`, which would lose what was printed and said.
    process.removeAllListeners('disconnect');
    process.disconnect?.();
  });
  say({ type: 'ready' });
}
