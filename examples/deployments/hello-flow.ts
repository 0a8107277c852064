import { flow } from 'millrace';

export const helloWorld = flow('hello-world', async ({ name = 'world' }: { name?: string }) => {
  console.log(`Hello ${name}!`);
});
