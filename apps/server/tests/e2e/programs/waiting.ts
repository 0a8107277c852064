// A program of a user's: its flow waits for a line on stdin.
import { once } from 'node:events';
import { flow } from 'millrace';

const waits = flow('called-waits', async () => {
  console.log('began');
  await once(process.stdin, 'data');
  console.log('goes on');
});

await waits();
console.log('over');
process.stdin.destroy();
