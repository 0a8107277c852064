import { afterAll, beforeAll, expect, test } from 'vitest';
import { clients, complaints } from './clients/clients.ts';
import { type Stage, startStage } from './clients/stage.ts';
import { inForm } from './clients/transcript.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

// The others need more than a machine that runs these tests must have: npm run check:clients.
const short = clients.filter(({ name }) => name === 'buf curl' || name === 'curl');

test.for(short)('$name creates a run that the agent executes, and sees its end', async (client, { skip }) => {
  const ready = await client.ready();
  if ('missing' in ready) return skip(ready.missing);
  const outcome = await client.run(stage, ready.path);
  expect(await complaints(client, outcome, stage), outcome.stderr).toEqual([]);
});

test('a client that printed nothing, and ran nothing, is complained of', async () => {
  const client = { ...short[0], ran: { deployment: 'no/such', logged: [['a line']] } };
  const found = await complaints(client as (typeof short)[0], { code: 3, stdout: '', stderr: '' }, stage);
  expect(found).toHaveLength(6);
});

test('what differs each time is replaced in a transcript', () => {
  const printed = `run kind-moose-959 01a20a6a-19f2-779b-8a0b-22665cf3d9cc at 2026-11-23T21:57:40.328Z of ${'a1'.repeat(32)}`;
  expect(inForm(printed)).toBe('run <run> <id> at <time> of <sha256>');
});
