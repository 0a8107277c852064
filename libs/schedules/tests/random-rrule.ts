import { boolean, constantFrom, integer, oneof, option, record, subarray } from 'fast-check';

/** A rule, valid by RFC 5545, with its start and what it is asked. */
export interface RuleQuestion {
  readonly start: number;
  /** The parts but DTSTART. */
  readonly rule: string;
  readonly from: number;
}

const SECOND = 1000;
const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'];
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly isSigned?: boolean;
}

/** Now and then a list, mostly none. */
const numbers = ({ least, most, isSigned = false }: Bounds) => {
  const number = integer({ min: least, max: most });
  const signed = isSigned
    ? oneof(
        number,
        number.map((value) => -value),
      )
    : number;
  const list = oneof(
    signed.map((value) => [value]),
    record({ a: signed, b: signed, c: signed }).map(({ a, b, c }) =>
      [...new Set([a, b, c])].sort((one, other) => one - other),
    ),
  );
  return option(list, { freq: 3, nil: [] as number[] });
};

const written = record({
  frequency: constantFrom(...frequencies),
  interval: oneof(constantFrom(1), integer({ min: 1, max: 5 }), integer({ min: 1, max: 40 })),
  count: option(integer({ min: 1, max: 30 }), { freq: 6 }),
  weekStart: option(constantFrom('MO', 'SU', 'TH'), { freq: 3 }),
  months: numbers({ least: 1, most: 12 }),
  weekNumbers: numbers({ least: 1, most: 53, isSigned: true }),
  yearDays: numbers({ least: 1, most: 366, isSigned: true }),
  monthDays: numbers({ least: 1, most: 31, isSigned: true }),
  weekdays: option(subarray(weekdays, { minLength: 1 }), { freq: 2, nil: [] as string[] }),
  nth: integer({ min: -5, max: 5 }),
  isNumbered: boolean(),
  hours: numbers({ least: 0, most: 23 }),
  minutes: numbers({ least: 0, most: 59 }),
  seconds: numbers({ least: 0, most: 59 }),
  positions: numbers({ least: 1, most: 3, isSigned: true }),
});

type Written = typeof written extends import('fast-check').Arbitrary<infer T> ? T : never;

function ruleText(rule: Written): string {
  const { frequency } = rule;
  const isNumbered = rule.isNumbered && rule.nth !== 0 && ['MONTHLY', 'YEARLY'].includes(frequency);
  const weekNumbers = frequency === 'YEARLY' && !isNumbered ? rule.weekNumbers : [];
  // The others look at each minute and second of the days between; they would not be done today.
  const isFine = frequency === 'MINUTELY' || frequency === 'SECONDLY';
  const yearDays = isFine || ['MONTHLY', 'WEEKLY', 'DAILY'].includes(frequency) ? [] : rule.yearDays;
  const lists: Record<string, readonly (number | string)[]> = {
    BYMONTH: isFine ? [] : rule.months,
    BYWEEKNO: weekNumbers,
    BYYEARDAY: yearDays,
    BYMONTHDAY: isFine || frequency === 'WEEKLY' ? [] : rule.monthDays,
    BYDAY: isNumbered ? rule.weekdays.map((day) => `${rule.nth}${day}`) : rule.weekdays,
    BYHOUR: rule.hours,
    BYMINUTE: rule.minutes,
    BYSECOND: rule.seconds,
  };
  const parts = Object.entries(lists).flatMap(([name, list]) => (list.length > 0 ? [`${name}=${list.join(',')}`] : []));
  if (!isFine && parts.length > 0 && rule.positions.length > 0) parts.push(`BYSETPOS=${rule.positions.join(',')}`);
  if (rule.interval > 1) parts.unshift(`INTERVAL=${rule.interval}`);
  if (rule.count !== null) parts.push(`COUNT=${rule.count}`);
  if (rule.weekStart !== null) parts.push(`WKST=${rule.weekStart}`);
  return [`FREQ=${frequency}`, ...parts].join(';');
}

const reach: Readonly<Record<string, number>> = { HOURLY: 100, MINUTELY: 2, SECONDLY: 0.1 };

export const ruleQuestions = record({
  start: integer({ min: Date.UTC(1995, 0, 1) / SECOND, max: Date.UTC(2025, 0, 1) / SECOND }),
  rule: written.map(ruleText),
  later: oneof(constantFrom(0), integer({ min: 0, max: 1000 })),
}).map<RuleQuestion>(({ start, rule, later }) => {
  const days = reach[/^FREQ=(\w+)/.exec(rule)?.[1] ?? ''] ?? 1500;
  return { start: start * SECOND, rule, from: (start + Math.floor((days * 86_400 * later) / 1000)) * SECOND };
});
