import type { ExpressionPart } from '../expression-part.ts';
import { ScheduleError } from '../schedule-error.ts';
import { type Frequency, isAtLeast, type Rule } from './recurrence.ts';

/** The parts of a rule as they are written, by their names. */
export type RuleParts = ReadonlyMap<string, ExpressionPart>;

/**
 * Refuses what RFC 5545 does not let stand side by side.
 *
 * @throws {ScheduleError} that names the part
 */
export function checkRule(rule: Rule, parts: RuleParts): void {
  const { frequency } = rule;
  const refuse = (name: string, why: string) => {
    const position = parts.get(name)?.position;
    throw new ScheduleError('rrule', `${name} at character ${position} ${why}`, position);
  };
  const withFrequency = (names: readonly Frequency[]) => names.includes(frequency);

  if (rule.count !== null && rule.until) refuse('UNTIL', 'is not accepted together with COUNT: either ends the rule');
  if (rule.weekNumbers.length > 0 && frequency !== 'YEARLY')
    refuse('BYWEEKNO', `is accepted with FREQ=YEARLY alone, not with ${frequency}`);
  if (rule.yearDays.length > 0 && withFrequency(['MONTHLY', 'WEEKLY', 'DAILY']))
    refuse('BYYEARDAY', `is not accepted with FREQ=${frequency}; it is with YEARLY, HOURLY, MINUTELY, SECONDLY`);
  if (rule.monthDays.length > 0 && frequency === 'WEEKLY')
    refuse('BYMONTHDAY', 'is not accepted with FREQ=WEEKLY; a week has no such days');
  if (rule.weekdays.some(({ nth }) => nth !== null)) {
    if (isAtLeast(frequency, 'WEEKLY'))
      refuse(
        'BYDAY',
        `has weekdays with numbers, which are accepted with FREQ=MONTHLY and YEARLY, not with ${frequency}`,
      );
    if (rule.weekNumbers.length > 0)
      refuse('BYDAY', 'has weekdays with numbers, which are not accepted together with BYWEEKNO');
  }
  const others = [...parts.keys()].filter((name) => name.startsWith('BY') && name !== 'BYSETPOS');
  if (rule.positions.length > 0 && others.length === 0)
    refuse('BYSETPOS', 'is accepted together with another part that begins with BY: it picks among what they name');
}
