import type { Schedule } from '../schedule.ts';
import { ScheduleError } from '../schedule-error.ts';
import { describeCron } from './describe-cron.ts';
import { describeInterval } from './describe-interval.ts';
import { describeRRule } from './describe-rrule.ts';
import { cityOf, oneLine } from './phrases.ts';

/**
 * When a schedule fires, in words: "weekdays at 09:00, Paris". Where there are no short ones, or the expression can't be
 * read, it is shown as it is written. Never throws, and needs no table of zones.
 */
export function describeSchedule({ spec, timezone }: Pick<Schedule, 'spec' | 'timezone'>): string {
  if (spec.kind === 'interval') return describeInterval(spec, timezone);
  const [kind, written] = spec.kind === 'cron' ? ['cron', spec.cron] : ['rule', spec.rrule];
  try {
    const words = spec.kind === 'cron' ? describeCron(spec, timezone) : describeRRule(spec.rrule, timezone);
    if (words !== null) return words;
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
  }
  return `${kind} ${oneLine(written)}, ${cityOf(timezone)}`;
}
