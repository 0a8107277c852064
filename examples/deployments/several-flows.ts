import { flow } from 'millrace';

export const foo = flow('foo', async () => console.log('Hello foo!'));
export const bar = flow('bar', async () => console.log('Hello bar!'));
