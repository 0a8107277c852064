import { DefinitionError } from '../errors.ts';
import { shown } from './accepted.ts';
import { checkOptions } from './read-terms.ts';
import type { ScheduleOptions } from './schedule-options.ts';
import type { RRuleSpec } from './schedule-spec.ts';

/** Options of {@link rrule}. */
export type RRuleOptions = ScheduleOptions;

/**
 * A schedule that fires by a recurrence rule of RFC 5545, meant in its timezone: a rule alone, or lines of DTSTART, RRULE,
 * EXDATE and RDATE. What the rule says is checked by the server, and by `millrace schedule preview --rrule '…'`.
 *
 * ```ts
 * rrule('FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17;BYMINUTE=0;BYSECOND=0', { timezone: 'America/New_York' });
 * ```
 *
 * Throws a {@link DefinitionError} on options that can't be used.
 */
export function rrule(rule: string, options: RRuleOptions = {}): RRuleSpec {
  return { kind: 'rrule', rrule: readRRule(rule), ...checkOptions(options) };
}

/** The rule. Throws a {@link DefinitionError} where that can be none by its looks. */
export function readRRule(value: unknown): string {
  if (typeof value === 'string' && /FREQ=/i.test(value)) return value.trim();
  throw new DefinitionError(
    `${shown(value)} is not a recurrence rule: a text such as 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0' is accepted`,
  );
}
