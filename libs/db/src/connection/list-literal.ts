import { toInstant } from './instant.ts';

/**
 * A list parameter as Postgres writes it, of ids, numbers, switches and plain words: nothing that would need quotes. For
 * thousands of values; the driver looks at each character of each.
 */
export function listLiteral(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/** The same of instants, epoch milliseconds. Each is written once: the fires of thousands of schedules are at the same times. */
export function instantList(times: readonly (number | null)[]): string {
  const written = new Map<number, string>();
  return listLiteral(
    times.map((ms) => {
      if (ms === null) return null;
      const known = written.get(ms) ?? toInstant(ms);
      written.set(ms, known);
      return known;
    }),
  );
}
