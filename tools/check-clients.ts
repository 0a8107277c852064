// npm run check:clients [-- --write]: runs the clients of examples/clients that this machine can run against a server
// and an agent of their own, and looks at what came of it. With --write the Python client's transcript is written anew.
import { clients, complaints } from './clients/clients.ts';
import { startStage } from './clients/stage.ts';

// What runs is ended on the way out.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const tally = { passed: 0, failed: 0, skipped: 0 };
await using stage = await startStage();
for (const client of clients) {
  const began = performance.now();
  const ready = await client.ready();
  if ('missing' in ready) {
    tally.skipped += 1;
    console.log(`skipped  ${client.name}: ${ready.missing}`);
    continue;
  }
  const outcome = await client.run(stage, ready.path);
  const found = await complaints(client, outcome, stage);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (found.length === 0) {
    tally.passed += 1;
    console.log(`passed   ${client.name} (${seconds} s)`);
    continue;
  }
  tally.failed += 1;
  console.log(`FAILED   ${client.name}: ${found.join('; ')}\n${outcome.stdout}${outcome.stderr}`);
}
console.log(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed > 0 ? 1 : 0;
