/** How a process ended. */
export interface ProcessEnd {
  /** Its exit code; undefined where a signal ended it, or it never began. */
  readonly exitCode: number | undefined;
  /** The signal that ended it: "SIGKILL". */
  readonly signal: string | undefined;
  /** The last lines that it wrote to stdout and stderr, oldest first. */
  readonly lastLines: readonly string[];
}

/** In words: `exit code 1`, `signal SIGKILL`. */
export function describeEnd(end: ProcessEnd): string {
  if (end.signal !== undefined) return `signal ${end.signal}`;
  return end.exitCode === undefined ? 'no exit code' : `exit code ${end.exitCode}`;
}
