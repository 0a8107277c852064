import { expect, test } from 'vitest';
import { flowRunRules, isTerminal, stateTypes } from '../src/index.ts';

// Written anew by: npm test -- libs/orchestration -u
test('docs/state-machine.md says what the rules say', async () => {
  const page = `# How flow runs change state

A test writes this page from the rules themselves (\`libs/orchestration/src/flow-run-rules.ts\`) and fails where they differ.

States: ${stateTypes.filter((type) => !isTerminal(type)).join(', ')}; terminal: ${stateTypes.filter(isTerminal).join(', ')}.

Before the rules: a proposal whose request id led to a state of this run before is answered as it was then.
Then the first rule that has something to say decides:

| | rule | what it says |
|---|---|---|
${flowRunRules.map((rule, index) => `| ${index + 1} | ${rule.name} | ${rule.says} |`).join('\n')}

Answers: ACCEPT (the proposed state was written), REJECT (another was written instead), WAIT (nothing was written; propose
again later), ABORT (nothing was written; stop), STALE_EPOCH (the proposer has lost the run; stop).
`;
  await expect(page).toMatchFileSnapshot('../../../docs/state-machine.md');
});
