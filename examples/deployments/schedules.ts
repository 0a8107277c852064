// One deployment with schedules of each kind; each has a slug, by which it can be paused and resumed alone.
import { cron, deployment, every, FlowScript, rrule } from 'millrace';

const timezone = 'Europe/Paris';

deployment({
  flow: new FlowScript({ path: './hello-flow.ts' }),
  name: 'Hello World-scheduled',
  parameters: { name: 'Ford' },
  schedules: [
    // No second greeting while the first is not at its end.
    every('15m', { slug: 'often', overlap: 'skip', jitter: '30s' }),
    // After an outage only the newest one that was missed.
    cron('0 9 * * mon-fri', { slug: 'mornings', timezone, catchUp: 'latest', parameters: { name: 'Zaphod' } }),
    // The last Friday of each month.
    rrule('FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17;BYMINUTE=0;BYSECOND=0', { slug: 'closing', timezone, expireAfter: '6h' }),
  ],
});
