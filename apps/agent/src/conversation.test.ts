import { expect, test } from 'vitest';
import { Conversation } from './conversation.ts';

test('what can not be passed on is told, and is waited for no longer', async () => {
  const failures: unknown[] = [];
  const broken = new Error('can not be encoded');
  const conversation = new Conversation({
    flowRunId: '01900000-0000-7000-8000-000000000001',
    epoch: 1,
    reporter: { transition: () => Promise.reject(broken), logs: () => Promise.reject(broken), close() {} },
    reply: () => {},
    onAnswer: () => {},
    onSettled: () => {},
    onFailed: (error) => failures.push(error),
  });
  conversation.hear({ type: 'transition', requestId: 'a', state: { type: 'RUNNING', timestamp: 0 } });
  conversation.hear({ type: 'logs', batchId: 1, records: [] });
  await conversation.answered();
  expect(failures).toEqual([broken, broken]);
});
