import { deployment, flow } from 'millrace';
import { describeRun } from './describe-run.ts';

export const greeting = flow('greeting', async () => {
  console.log(describeRun('greeting', 'says hello'));
});

export const greets = deployment({ flow: greeting, name: 'greets', tags: ['e2e'] });
