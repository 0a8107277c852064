import { type ExpressionPart, restOf, splitPart } from '../expression-part.ts';
import { ScheduleError } from '../schedule-error.ts';
import { dayOfMonthField, dayOfWeekField, type FieldKind } from './cron-fields.ts';

/** A weekday of the month by its place: the second Friday; -1 is the last. */
export interface NthWeekday {
  readonly weekday: number;
  readonly nth: number;
}

/** What a field says. */
export interface FieldValues {
  /** Within the bounds of the field; Sunday is 0. */
  readonly values: ReadonlySet<number>;
  /** Whether it begins with `*` or `?`, so that it counts as saying nothing. */
  readonly isOpen: boolean;
  /** Whether the last day of the month is meant. */
  readonly hasLast: boolean;
  readonly nthWeekdays: readonly NthWeekday[];
}

/** @throws {ScheduleError} for a field that can't be read */
export function parseCronField(field: ExpressionPart, kind: FieldKind): FieldValues {
  const values = new Set<number>();
  const nthWeekdays: NthWeekday[] = [];
  let hasLast = false;
  for (const item of splitPart(field, ',')) {
    const nth = kind === dayOfWeekField ? readNthWeekday(item) : undefined;
    if (nth) nthWeekdays.push(nth);
    else if (kind === dayOfMonthField && /^l$/i.test(item.text)) hasLast = true;
    else for (const value of readRange(item, kind)) values.add(kind === dayOfWeekField ? value % 7 : value);
  }
  return { values, isOpen: /^[*?]/.test(field.text), hasLast, nthWeekdays };
}

function readRange(item: ExpressionPart, kind: FieldKind): number[] {
  const { text, position } = item;
  if (/^[rh](?:$|[(/])/i.test(text))
    throw refused(
      `"${text}" at character ${position}: R and H, which stand for a value picked at random, are not accepted; name the ${kind.name}, and let jitter spread the runs`,
      position,
    );
  const [base = '', stepText, ...more] = text.split('/');
  if (base === '' || more.length > 0) throw notOne(item, kind);
  const count = countOf(kind);
  const step = stepText === undefined ? 1 : readStep({ text: stepText, position: position + base.length + 1 }, kind);
  if (base === '*' || (base === '?' && stepText === undefined && isDayField(kind)))
    return span({ first: kind.least, last: kind.least + count - 1, step });
  const dash = base.indexOf('-');
  if (dash < 0) {
    const first = readValue({ text: base, position }, kind);
    // "5/15" goes on to the end.
    const last = stepText === undefined || first > kind.least + count - 1 ? first : kind.least + count - 1;
    return span({ first, last, step });
  }
  const first = readValue({ text: base.slice(0, dash), position }, kind);
  const last = readValue(restOf({ text: base, position }, dash + 1), kind);
  if (first <= last) return span({ first, last, step });
  if (kind.wraps) return span({ first, last: last + count, step }).map((value) => wrapped(value, kind));
  throw refused(
    `"${base}" at character ${position} runs backwards in the ${kind.name} field: write "${first}-${kind.most},${kind.least}-${last}" if that is meant`,
    position,
  );
}

/** Sunday is two values of its field, and one day. */
function countOf(kind: FieldKind): number {
  return kind === dayOfWeekField ? 7 : kind.most - kind.least + 1;
}

function wrapped(value: number, kind: FieldKind): number {
  return kind.least + ((value - kind.least) % countOf(kind));
}

function isDayField(kind: FieldKind): boolean {
  return kind === dayOfMonthField || kind === dayOfWeekField;
}

function span({ first, last, step }: { first: number; last: number; step: number }): number[] {
  const values: number[] = [];
  for (let value = first; value <= last; value += step) values.push(value);
  return values;
}

function readValue(part: ExpressionPart, kind: FieldKind): number {
  const named = kind.names.indexOf(part.text.toUpperCase());
  if (named >= 0) return named + kind.least;
  const value = /^\d{1,2}$/.test(part.text) ? Number(part.text) : Number.NaN;
  if (value >= kind.least && value <= kind.most) return value;
  throw notOne(part, kind);
}

function readStep({ text, position }: ExpressionPart, kind: FieldKind): number {
  const most = countOf(kind);
  const step = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (step >= 1 && step <= most) return step;
  throw refused(
    `"${text}" at character ${position} is not a step: 1 to ${most} is accepted in the ${kind.name} field`,
    position,
  );
}

/** "FRI#2", "5#2", "L5", "5L", "FRIL"; undefined: it is nothing of the kind. */
function readNthWeekday({ text, position }: ExpressionPart): NthWeekday | undefined {
  const hash = text.indexOf('#');
  if (hash >= 0) {
    const weekday = readValue({ text: text.slice(0, hash), position }, dayOfWeekField) % 7;
    const place = restOf({ text, position }, hash + 1);
    if (/^[1-5]$/.test(place.text)) return { weekday, nth: Number(place.text) };
    throw refused(
      `"${place.text}" at character ${place.position} is not a weekday's place in the month: 1 to 5 is accepted`,
      place.position,
    );
  }
  const last = /^L(\w+)$/i.exec(text) ?? /^(\w+)L$/i.exec(text);
  if (!last?.[1]) return undefined;
  const at = position + (/^L/i.test(text) ? 1 : 0);
  return { weekday: readValue({ text: last[1], position: at }, dayOfWeekField) % 7, nth: -1 };
}

function notOne({ text, position }: ExpressionPart, kind: FieldKind): ScheduleError {
  const what = text === '' ? `nothing at character ${position}, where` : `"${text}" at character ${position}`;
  const problem = text === '' ? `${what} ${kind.value} should be` : `${what} is not ${kind.value}`;
  return refused(
    `${problem}: ${kind.least} to ${kind.most}${kind.alsoAccepted} is accepted in the ${kind.name} field`,
    position,
  );
}

function refused(description: string, position: number): ScheduleError {
  return new ScheduleError('cron', description, position);
}
