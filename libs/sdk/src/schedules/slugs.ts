import type { ScheduleSpec } from './schedule-spec.ts';

/** The first of several schedules whose slug is missing or taken, and what is to be said of it. */
export function findBadSlug(
  schedules: readonly ScheduleSpec[],
): { readonly at: number; readonly why: string } | undefined {
  if (schedules.length < 2) return undefined;
  const needed = 'each of several schedules needs one of its own';
  for (const [at, { slug }] of schedules.entries()) {
    if (slug === undefined) return { at, why: `is missing: ${needed}` };
    const first = schedules.findIndex((each) => each.slug === slug);
    if (first < at) return { at, why: `is '${slug}', as that of schedules[${first}]: ${needed}` };
  }
  return undefined;
}
