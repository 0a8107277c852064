import { cron, deployment, flow } from 'millrace';
import { describeRun } from './describe-run.ts';

export const greeting = flow('greeting', async () => {
  console.log(describeRun('greeting', 'says hello'));
});

// Paused: the tests count the runs that they ask for.
const nightly = cron('30 2 * * *', {
  timezone: 'Europe/Berlin',
  active: false,
  parameters: { whom: 'everybody' },
  dstGap: 'skip',
  jitter: '30s',
  overlap: 'buffer-one',
  catchUp: 'latest',
  expireAfter: '6h',
});

export const greets = deployment({ flow: greeting, name: 'greets', schedules: [nightly], tags: ['e2e'] });
