// A flow and its deployment in one file.
import { deployment, flow } from 'millrace';

const helloWorld = flow('hello-world', async ({ name = 'world' }: { name?: string }) => {
  console.log(`Hello ${name}!`);
});

deployment({ flow: helloWorld, name: 'Hello World', tags: ['test'] });
