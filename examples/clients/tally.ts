import { flow } from 'millrace';

// Counts words. The clients beside this file send it to the server, each in its own language.
export const tally = flow('tally', async ({ words = [] }: { words?: string[] }) => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const [word, count] of counts) console.log(`${word}: ${count}`);
});
