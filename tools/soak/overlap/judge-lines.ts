/** What the lines of runs say that wrote "start ID PID" and "end ID PID". */
export interface OverlapCounts {
  readonly starts: number;
  readonly ends: number;
  /** Begun and never ended. */
  readonly killed: number;
  /** How many were at work at the same time, those left out that never ended. */
  readonly mostAtOnce: number;
}

/** Two are at work at once where one begins before another has ended that ends later. */
export function judgeLines(text: string): OverlapCounts {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const ended = new Set(lines.flatMap(([what, id = '']) => (what === 'end' ? [id] : [])));
  const live = new Set<string>();
  let starts = 0;
  let mostAtOnce = 0;
  for (const [what, id = ''] of lines) {
    if (what === 'end') live.delete(id);
    if (what !== 'start') continue;
    starts += 1;
    // One that was killed is at work until the next begins; what follows it can't tell of it.
    mostAtOnce = Math.max(mostAtOnce, live.size + 1);
    if (ended.has(id)) live.add(id);
  }
  return { starts, ends: ended.size, killed: starts - ended.size, mostAtOnce };
}
