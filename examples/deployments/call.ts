// A program that calls flows, which are runs of the server then, one the child of the other: node call.ts
import { flow, getRunLogger } from 'millrace';
import { helloWorld } from './hello-flow.ts';

const greetAll = flow({ name: 'greet-all', retries: 2 }, async ({ names }: { names: string[] }) => {
  getRunLogger().info('greeting %d', names.length);
  for (const name of names) await helloWorld({ name });
  return names.length;
});

console.log(`greeted ${await greetAll({ names: ['Ford', 'Arthur'] })}`);
