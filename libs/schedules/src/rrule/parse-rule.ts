import { type ExpressionPart, restOf, splitPart } from '../expression-part.ts';
import { ScheduleError } from '../schedule-error.ts';
import { checkRule, type RuleParts } from './check-rule.ts';
import { parseWrittenTime } from './parse-written-time.ts';
import { type Frequency, frequencies, type Rule, type RuleWeekday } from './recurrence.ts';

/** What a list of numbers accepts. */
interface NumberPart {
  /** What one of them is: "an hour". */
  readonly value: string;
  readonly least: number;
  readonly most: number;
  /** Whether it may count from the end. */
  readonly isSigned: boolean;
}

const numberParts = {
  BYSECOND: { value: 'a second', least: 0, most: 59, isSigned: false },
  BYMINUTE: { value: 'a minute', least: 0, most: 59, isSigned: false },
  BYHOUR: { value: 'an hour', least: 0, most: 23, isSigned: false },
  BYMONTHDAY: { value: 'a day of the month', least: 1, most: 31, isSigned: true },
  BYYEARDAY: { value: 'a day of the year', least: 1, most: 366, isSigned: true },
  BYWEEKNO: { value: 'a week of the year', least: 1, most: 53, isSigned: true },
  BYMONTH: { value: 'a month', least: 1, most: 12, isSigned: false },
  BYSETPOS: { value: 'a place', least: 1, most: 366, isSigned: true },
} as const satisfies Record<string, NumberPart>;

const mostInterval = 1_000_000_000;
const mostCount = 100_000;
const weekdayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const otherParts = ['FREQ', 'UNTIL', 'COUNT', 'INTERVAL', 'WKST', 'BYDAY'];
const knownParts = [...otherParts, ...Object.keys(numberParts)];

/** Reads what follows "RRULE:". */
export function parseRule(value: ExpressionPart): Rule {
  const parts = splitParts(value);
  const frequency = readFrequency(parts.get('FREQ'), value);
  const numbers = (name: keyof typeof numberParts) => readNumbers(parts.get(name), name);
  const until = parts.get('UNTIL');
  const rule: Rule = {
    frequency,
    interval: readWhole(parts, 'INTERVAL', mostInterval) ?? 1,
    count: readCount(parts),
    until: until ? parseWrittenTime(until, 'UNTIL') : null,
    weekStart: readWeekStart(parts.get('WKST')),
    months: numbers('BYMONTH'),
    weekNumbers: numbers('BYWEEKNO'),
    yearDays: numbers('BYYEARDAY'),
    monthDays: numbers('BYMONTHDAY'),
    weekdays: readWeekdays(parts.get('BYDAY')),
    hours: numbers('BYHOUR'),
    minutes: numbers('BYMINUTE'),
    seconds: numbers('BYSECOND'),
    positions: numbers('BYSETPOS'),
  };
  checkRule(rule, parts);
  return rule;
}

function splitParts(value: ExpressionPart): RuleParts {
  const parts = new Map<string, ExpressionPart>();
  const pieces = splitPart(value, ';');
  // A semicolon at the end is common, and says nothing.
  if (pieces.length > 1 && pieces.at(-1)?.text === '') pieces.pop();
  for (const piece of pieces) {
    const equals = piece.text.indexOf('=');
    const name = (equals < 0 ? piece.text : piece.text.slice(0, equals)).toUpperCase();
    const at = `at character ${piece.position}`;
    if (equals < 0) throw refused(`"${piece.text}" ${at} is not a part such as FREQ=DAILY`, piece);
    if (!knownParts.includes(name))
      throw refused(`"${name}" ${at} is not a part of a rule; accepted are ${knownParts.join(', ')}`, piece);
    if (parts.has(name)) throw refused(`${name} ${at} comes a second time; each part is accepted once`, piece);
    parts.set(name, restOf(piece, equals + 1));
  }
  return parts;
}

function readFrequency(part: ExpressionPart | undefined, value: ExpressionPart): Frequency {
  if (!part) throw refused(`has no FREQ; accepted are ${frequencies.join(', ')}`, value);
  const frequency = frequencies.find((name) => name === part.text.toUpperCase());
  if (!frequency) throw notOne(part, 'FREQ', `a frequency; accepted are ${frequencies.join(', ')}`);
  return frequency;
}

function readNumbers(part: ExpressionPart | undefined, name: keyof typeof numberParts): number[] {
  if (!part) return [];
  const { value, least, most, isSigned } = numberParts[name];
  const numbers = splitPart(part, ',').map((item) => {
    const number = /^[+-]?\d{1,3}$/.test(item.text) ? Number(item.text) : Number.NaN;
    const size = isSigned ? Math.abs(number) : number;
    if (size >= least && size <= most) return number;
    const signed = isSigned ? `, and -${most} to -${least} from the end, are` : ' is';
    throw notOne(item, name, `${value}; ${least} to ${most}${signed} accepted`);
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function readWhole(parts: RuleParts, name: string, most: number): number | null {
  const part = parts.get(name);
  if (!part) return null;
  const number = /^\d{1,10}$/.test(part.text) ? Number(part.text) : 0;
  if (number < 1 || number > most) throw notOne(part, name, `accepted; a whole number from 1 to ${most} is`);
  return number;
}

function readCount(parts: RuleParts): number | null {
  const part = parts.get('COUNT');
  if (part && /^\d+$/.test(part.text) && Number(part.text) > mostCount)
    throw refused(
      `COUNT: "${part.text}" at character ${part.position} is more than ${mostCount}: who looks at the schedule counts from its start each time; end it with UNTIL`,
      part,
    );
  return readWhole(parts, 'COUNT', mostCount);
}

function readWeekStart(part: ExpressionPart | undefined): number {
  if (!part) return 1;
  const weekday = weekdayNames.indexOf(part.text.toUpperCase());
  if (weekday < 0) throw notOne(part, 'WKST', `a weekday; accepted are ${weekdayNames.join(', ')}`);
  return weekday;
}

function readWeekdays(part: ExpressionPart | undefined): RuleWeekday[] {
  if (!part) return [];
  return splitPart(part, ',').map((item) => {
    const match = /^([+-]?\d{1,2})?([A-Z]{2})$/i.exec(item.text);
    const weekday = weekdayNames.indexOf(match?.[2]?.toUpperCase() ?? '');
    const nth = match?.[1] === undefined ? null : Number(match[1]);
    if (weekday < 0 || nth === 0 || Math.abs(nth ?? 1) > 53)
      throw notOne(
        item,
        'BYDAY',
        `a weekday; accepted are ${weekdayNames.join(', ')}, 2MO for the second, -1FR for the last`,
      );
    return { weekday, nth };
  });
}

function notOne(part: ExpressionPart, name: string, what: string): ScheduleError {
  return refused(`${name}: "${part.text}" at character ${part.position} is not ${what}`, part);
}

function refused(description: string, { position }: ExpressionPart): ScheduleError {
  return new ScheduleError('rrule', description, position);
}
