/** How far each run had come when a watcher was told of it; remembers those of late only. */
export interface ToldRuns {
  note(id: string, ordinal: number): void;
  /** Whether the run had come to that ordinal. */
  knows(id: string, ordinal: number): boolean;
}

/** What was noted is remembered for `rememberedMs` at least, and twice as long at most. */
export function toldRuns(clock: { now(): number }, rememberedMs: number): ToldRuns {
  let older = new Map<string, number>();
  let newer = new Map<string, number>();
  let turnedAt = clock.now();
  return {
    note(id, ordinal) {
      if (clock.now() - turnedAt >= rememberedMs) {
        older = newer;
        newer = new Map();
        turnedAt = clock.now();
      }
      newer.set(id, ordinal);
    },
    knows: (id, ordinal) => (newer.get(id) ?? older.get(id) ?? 0) >= ordinal,
  };
}
