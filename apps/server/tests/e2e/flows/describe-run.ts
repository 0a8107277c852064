export function describeRun(run: string, what: string): string {
  return `run ${run} ${what}`;
}
