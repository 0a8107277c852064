import { deployment, every, flow } from 'millrace';
import { z } from 'zod';

console.log('printed while loading');

export const greet = flow(
  { name: 'greet', parameters: z.object({ name: z.string().default('world'), fail: z.boolean().default(false) }) },
  async ({ name }) => {
    console.log(`Hello ${name}!`);
  },
);

export const daily = deployment({ flow: greet, name: 'Every day', schedule: every('1d'), tags: ['daily'] });
export const plain = deployment({ flow: greet, name: 'plain', parameters: { name: 'Arthur' } });
