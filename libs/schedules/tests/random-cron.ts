import { array, boolean, constantFrom, integer, oneof, record, tuple } from 'fast-check';

/** A cron expression with what it is asked. */
export interface CronQuestion {
  readonly fields: readonly [minute: string, hour: string, dayOfMonth: string, month: string, dayOfWeek: string];
  readonly second: string | null;
  readonly dayOr: boolean;
  readonly from: number;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

const SECOND = 1000;
const months = ['JAN', 'feb', 'Mar', 'APR', 'may', 'JUN', 'jul', 'AUG', 'SEP', 'oct', 'NOV', 'DEC'];
const weekdays = ['SUN', 'mon', 'Tue', 'WED', 'thu', 'FRI', 'sat'];

const value = ({ least, most }: Bounds) => integer({ min: least, max: most });
const range = (bounds: Bounds) =>
  tuple(value(bounds), value(bounds)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
const step = integer({ min: 1, max: 7 });

const item = (bounds: Bounds) =>
  oneof(
    { weight: 4, arbitrary: value(bounds).map(String) },
    { weight: 2, arbitrary: range(bounds) },
    { weight: 1, arbitrary: tuple(range(bounds), step).map(([text, by]) => `${text}/${by}`) },
  );

const field = (bounds: Bounds) =>
  oneof(
    { weight: 3, arbitrary: constantFrom('*') },
    { weight: 1, arbitrary: step.map((by) => `*/${by}`) },
    { weight: 4, arbitrary: array(item(bounds), { minLength: 1, maxLength: 4 }).map((items) => items.join(',')) },
  );

const dayOfMonth = oneof(
  { weight: 6, arbitrary: field({ least: 1, most: 31 }) },
  { weight: 1, arbitrary: constantFrom('L', '?', '29', '31', '30,31') },
);
const month = oneof(
  { weight: 4, arbitrary: field({ least: 1, most: 12 }) },
  { weight: 1, arbitrary: constantFrom(...months, 'FEB', 'JAN-mar', 'apr,NOV') },
);
const dayOfWeek = oneof(
  { weight: 5, arbitrary: field({ least: 0, most: 7 }) },
  { weight: 2, arbitrary: constantFrom(...weekdays, 'MON-FRI', 'sat,SUN', '?') },
  {
    weight: 1,
    arbitrary: tuple(constantFrom(...weekdays), integer({ min: 1, max: 5 })).map(([day, nth]) => `${day}#${nth}`),
  },
  { weight: 1, arbitrary: integer({ min: 0, max: 7 }).map((day) => `${day}L`) },
);

export const cronQuestions = record<CronQuestion>({
  fields: tuple(field({ least: 0, most: 59 }), field({ least: 0, most: 23 }), dayOfMonth, month, dayOfWeek),
  second: oneof({ weight: 3, arbitrary: constantFrom(null) }, { weight: 1, arbitrary: field({ least: 0, most: 59 }) }),
  dayOr: boolean(),
  from: integer({ min: Date.UTC(1990, 0, 1) / SECOND, max: Date.UTC(2040, 0, 1) / SECOND }).map((at) => at * SECOND),
});
