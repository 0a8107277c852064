// A program of a user's: one flow calls another, which fails the first time.
import { flow, getRunContext } from 'millrace';

const inner = flow({ name: 'called-inner', retries: 1 }, async ({ n }: { n: number }) => {
  console.log(`inner attempt ${getRunContext().run.attempt}`);
  if (getRunContext().run.attempt === 1) throw new Error('not yet');
  return n * 2;
});

const outer = flow('called-outer', async ({ n }: { n: number }) => {
  console.log('outer');
  return (await inner({ n })) + 1;
});

console.log(`result ${await outer({ n: Number(process.argv[2] ?? 4) })}`);
