import { listed, monthsText, ordinal, weekdayName, weekdaysText } from './phrases.ts';

/** Days by what they have in common; an empty list restricts nothing. */
export interface NamedDays {
  readonly months: readonly number[];
  /** Negative ones count from the end of the month. */
  readonly monthDays: readonly number[];
  readonly weekdays: readonly number[];
  readonly nthWeekdays: readonly { readonly weekday: number; readonly nth: number }[];
}

/** Days in words, for the places where they may stand. */
export interface DayPhrases {
  /** Before times: "weekdays", "every day", "on the 1st of each month". */
  readonly before: string;
  /** After what happens: " on weekdays"; nothing for every day. */
  readonly after: string;
  /** After all else: " in January". */
  readonly months: string;
}

// More of them are a list that nobody reads.
const mostListed = 5;

/** Null: it would take a sentence. */
export function dayPhrases({ months, monthDays, weekdays, nthWeekdays }: NamedDays): DayPhrases | null {
  const kinds = [monthDays, weekdays, nthWeekdays].filter((list) => list.length > 0);
  if (kinds.length > 1 || months.length > mostListed) return null;
  const during = months.length > 0 ? ` in ${monthsText(months)}` : '';
  if (kinds.length === 0) return { before: 'every day', after: '', months: during };
  if (weekdays.length > 0) {
    const text = weekdaysText(weekdays);
    return { before: text, after: ` on ${text}`, months: during };
  }
  const named = monthDays.length > 0 ? monthDaysText(monthDays) : nthWeekdaysText(nthWeekdays);
  if (named === null) return null;
  const text = `on ${named} of ${months.length > 0 ? monthsText(months) : 'each month'}`;
  return { before: text, after: ` ${text}`, months: '' };
}

function monthDaysText(days: readonly number[]): string | null {
  const fromStart = days.filter((day) => day > 0).sort((a, b) => a - b);
  const fromEnd = days.filter((day) => day < 0).sort((a, b) => a - b);
  const ordinals = fromStart.map(ordinal);
  const first = fromStart[0] ?? 0;
  const isRange = fromStart.length > 2 && fromStart.every((day, index) => day === first + index);
  if (!isRange && days.length > mostListed) return null;
  const texts = isRange ? [`the ${ordinals[0]} to the ${ordinals.at(-1)}`] : [];
  if (!isRange && ordinals.length > 0) texts.push(`the ${listed(ordinals)}`);
  return listed([...texts, ...fromEnd.map((day) => `the ${ordinal(day)} day`)]);
}

function nthWeekdaysText(weekdays: NamedDays['nthWeekdays']): string | null {
  if (weekdays.length > mostListed) return null;
  return listed(weekdays.map(({ weekday, nth }) => `the ${ordinal(nth)} ${weekdayName(weekday)}`));
}
