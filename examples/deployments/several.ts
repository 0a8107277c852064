// Several deployments of one flow: other parameters, schedules and tags, the same code.
import { deployment, every, FlowScript } from 'millrace';

const flow = new FlowScript({ path: './hello-flow.ts' });

deployment({ flow, name: 'Hello World-unscheduled', parameters: { name: 'Trillian' }, tags: ['trillian', 'ad-hoc'] });

deployment({
  flow,
  name: 'Hello World-daily',
  schedule: every('1d'),
  parameters: { name: 'Arthur' },
  tags: ['arthur', 'daily'],
});

deployment({
  flow,
  name: 'Hello World-weekly',
  schedule: every('1w'),
  parameters: { name: 'Marvin' },
  tags: ['marvin', 'weekly'],
});
