import { deployment, every, flow } from 'millrace';
import { greeting } from './greeting.ts';

// A flow is a function. What it prints becomes the log of its run.
export const helloWorld = flow('hello-world', async ({ name = 'world' }: { name?: string }) => {
  console.log(greeting(name));
});

// A deployment lets others run it: by hand…
export const onDemand = deployment({
  flow: helloWorld,
  name: 'Hello World',
  tags: ['hello'],
});

// …or by the clock.
export const often = deployment({
  flow: helloWorld,
  name: 'Hello World-often',
  schedule: every('10s'),
  parameters: { name: 'Arthur' },
  tags: ['hello', 'often'],
});
