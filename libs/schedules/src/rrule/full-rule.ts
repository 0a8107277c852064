import { DAY_MS, dateOf, HOUR_MS, MINUTE_MS, SECOND_MS, weekdayOf } from '../calendar.ts';
import { type Frequency, isAtLeast, type Rule, type RuleWeekday } from './recurrence.ts';

/** A rule with all that it leaves to its start filled in; an empty list restricts nothing. */
export interface FullRule {
  readonly frequency: Frequency;
  readonly interval: number;
  /** The wall time from which it counts. */
  readonly start: number;
  readonly weekStart: number;
  readonly months: readonly number[];
  readonly weekNumbers: readonly number[];
  readonly yearDays: readonly number[];
  readonly monthDays: readonly number[];
  readonly weekdays: readonly RuleWeekday[];
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  readonly positions: readonly number[];
}

/** What a rule does not say is as in its start: the day for a rule by months, the hour for a rule by days. */
export function fillRule(rule: Rule, start: number): FullRule {
  const { frequency } = rule;
  const days = Math.floor(start / DAY_MS);
  const ofDay = start - days * DAY_MS;
  const or = (list: readonly number[], finest: Frequency, value: number) =>
    list.length > 0 || isAtLeast(frequency, finest) ? list : [value];
  return {
    ...rule,
    ...fillDays(rule, days),
    start,
    hours: or(rule.hours, 'HOURLY', Math.floor(ofDay / HOUR_MS)),
    minutes: or(rule.minutes, 'MINUTELY', Math.floor(ofDay / MINUTE_MS) % 60),
    seconds: or(rule.seconds, 'SECONDLY', Math.floor(ofDay / SECOND_MS) % 60),
  };
}

function fillDays(rule: Rule, days: number): Pick<Rule, 'months' | 'monthDays' | 'weekdays'> {
  const { frequency, months, monthDays, weekdays, weekNumbers, yearDays } = rule;
  const namesDays = [monthDays, weekdays, weekNumbers, yearDays].some((list) => list.length > 0);
  if (namesDays) return { months, monthDays, weekdays };
  const date = dateOf(days);
  if (frequency === 'YEARLY')
    return { months: months.length > 0 ? months : [date.month], monthDays: [date.day], weekdays };
  if (frequency === 'MONTHLY') return { months, monthDays: [date.day], weekdays };
  if (frequency === 'WEEKLY') return { months, monthDays, weekdays: [{ weekday: weekdayOf(days), nth: null }] };
  return { months, monthDays, weekdays };
}
