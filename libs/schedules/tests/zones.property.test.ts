/// <reference lib="esnext.temporal" />
import { type Arbitrary, array, assert, constantFrom, integer, oneof, property, record, subarray } from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CompiledSchedule,
  compileSchedule,
  type DstFold,
  type DstGap,
  nextFires,
  openZones,
  type Schedule,
} from '../src/index.ts';

// What clocks show is asked of Temporal, so that our own table of zones can't agree with itself alone.
const zoneNames = [
  'UTC',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/Monrovia',
  'America/Caracas',
  'America/Havana',
  'America/New_York',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/Scoresbysund',
  'America/St_Johns',
  'Antarctica/Casey',
  'Antarctica/Troll',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Pyongyang',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'Europe/Dublin',
  'Europe/Lisbon',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kwajalein',
];
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const begin = Date.UTC(1985, 0, 1);
const end = Date.UTC(2035, 0, 1);
const zones = openZones();
const runs = 1500;

const zoned = (instant: number, timezone: string) =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone);

/** Every change of the clocks of these zones in fifty years: the places where something may be wrong. */
const changes = zoneNames.flatMap((timezone) => {
  const found: { timezone: string; instant: number }[] = [];
  let at = zoned(begin, timezone).getTimeZoneTransition('next');
  while (at && at.epochMilliseconds < end) {
    found.push({ timezone, instant: at.epochMilliseconds });
    at = at.getTimeZoneTransition('next');
  }
  return found;
});

/** Mostly near a change of the clocks. */
const places = oneof(
  {
    weight: 3,
    arbitrary: record({ change: constantFrom(...changes), away: integer({ min: -30 * 3600, max: 30 * 3600 }) }).map(
      ({ change, away }) => ({ timezone: change.timezone, from: change.instant + away * SECOND }),
    ),
  },
  {
    weight: 1,
    arbitrary: record({
      timezone: constantFrom(...zoneNames),
      from: integer({ min: begin / SECOND, max: end / SECOND }).map((at) => at * SECOND),
    }),
  },
);

const minutes = oneof(
  constantFrom<number[][]>([0], [30], [0, 15, 30, 45], [59]),
  array(integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 4 }),
);
const hours = oneof(
  constantFrom<number[][]>([0], [1], [2], [3], [0, 1, 2, 3, 23]),
  array(integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 5 }),
);
const weekdays = subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 3 });

/** The wall-clock fields that something fires at. */
const crons = record({ minutes, hours, weekdays });
const gaps = constantFrom<DstGap[]>('auto', 'next-valid', 'skip');
const folds = constantFrom<DstFold[]>('auto', 'first', 'second', 'both');

interface Question {
  readonly place: { readonly timezone: string; readonly from: number };
  readonly fields: { readonly minutes: number[]; readonly hours: number[]; readonly weekdays: number[] };
  readonly dstGap: DstGap;
  readonly dstFold: DstFold;
  readonly asRule: boolean;
}

const questions: Arbitrary<Question> = record({
  place: places,
  fields: crons,
  dstGap: gaps,
  dstFold: folds,
  asRule: constantFrom(true, false),
});

const weekdayNames = ['', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

function compile({ place, fields, dstGap, dstFold, asRule }: Question): CompiledSchedule {
  const { minutes, hours, weekdays } = fields;
  const days = weekdays.map((day) => weekdayNames[day]).join(',');
  const rrule = `DTSTART:19800101T000000\nRRULE:FREQ=DAILY;BYDAY=${days};BYHOUR=${hours};BYMINUTE=${minutes}`;
  const cron = `${minutes} ${hours} * * ${weekdays}`;
  const spec: Schedule['spec'] = asRule ? { kind: 'rrule', rrule } : { kind: 'cron', cron, dayOr: true };
  return compileSchedule({ spec, timezone: place.timezone, dstGap, dstFold }, zones);
}

/** All that fires, found by trying each minute of the wall clock, and of each gap; only with Temporal. */
function byTrying({ place, fields, dstGap, dstFold }: Question, until: number): number[] {
  const found = new Set<number>();
  const first = zoned(place.from - 2 * DAY, place.timezone).toPlainDate();
  for (let day = 0; day <= (until - place.from) / DAY + 4; day++) {
    const date = first.add({ days: day });
    if (!fields.weekdays.includes(date.dayOfWeek)) continue;
    for (const hour of fields.hours)
      for (const minute of fields.minutes) {
        const wall = date.toPlainDateTime({ hour, minute });
        const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) =>
          wall.toZonedDateTime(place.timezone, { disambiguation }),
        );
        if (!earlier || !later) continue;
        if (!earlier.toPlainDateTime().equals(wall)) {
          // In a gap the earlier reading is before it; the clocks change next.
          const change = earlier.getTimeZoneTransition('next');
          if (dstGap !== 'skip' && change) found.add(change.epochMilliseconds);
          continue;
        }
        if (dstFold !== 'second') found.add(earlier.epochMilliseconds);
        if (dstFold === 'second' || dstFold === 'both') found.add(later.epochMilliseconds);
      }
  }
  return [...found].filter((fire) => fire >= place.from && fire <= until).sort((a, b) => a - b);
}

test(`near ${changes.length} changes of the clocks in ${zoneNames.length} zones, all fires are those found by trying`, () => {
  let compared = 0;
  assert(
    property(questions, (question) => {
      const until = question.place.from + 4 * DAY;
      const fires = nextFires(compile(question), { from: question.place.from, until, limit: 10_000 });
      expect(fires).toEqual(byTrying(question, until));
      compared += fires.length;
    }),
    { numRuns: runs },
  );
  console.log(`${runs} schedules in ${zoneNames.length} zones, ${compared} fires as found by trying`);
});

test('fires strictly increase over fifty years, at the times that the expression names', () => {
  assert(
    property(questions, (question) => {
      const { timezone } = question.place;
      const fires = nextFires(compile(question), { from: begin, until: end, limit: 10_000 });
      let previous = Number.NEGATIVE_INFINITY;
      for (const [index, fire] of fires.entries()) {
        expect(fire).toBeGreaterThan(previous);
        previous = fire;
        if (index % 50 !== 0) continue;
        const shown = zoned(fire, timezone);
        const isNamed =
          question.fields.minutes.includes(shown.minute) &&
          question.fields.hours.includes(shown.hour) &&
          question.fields.weekdays.includes(shown.dayOfWeek);
        // Else it stands for a time that the clocks left out.
        if (!isNamed) expect(zoned(fire - 1, timezone).getTimeZoneTransition('next')?.epochMilliseconds).toBe(fire);
      }
    }),
    { numRuns: 60 },
  );
});

test('any start gives the same tail, also within a gap or a fold', () => {
  assert(
    property(questions, integer({ min: 0, max: 3 * DAY }), (question, later) => {
      const compiled = compile(question);
      const { from } = question.place;
      const fires = nextFires(compiled, { from, until: from + 6 * DAY, limit: 10_000 });
      const restart = from + later;
      const tail = nextFires(compiled, { from: restart, until: from + 6 * DAY, limit: 10_000 });
      expect(tail).toEqual(fires.filter((fire) => fire >= restart));
      for (const fire of fires.slice(0, 5)) {
        expect(nextFires(compiled, { from: fire, limit: 1 })).toEqual([fire]);
        expect(nextFires(compiled, { from: fire + 1, limit: 1 })[0]).toBeGreaterThan(fire);
      }
    }),
    { numRuns: runs },
  );
});

test('what repeats through the day fires each hour, through any change of whole hours', () => {
  const wholeHours = changes.filter(({ timezone, instant }) => {
    const moved = zoned(instant, timezone).offsetNanoseconds - zoned(instant - 1, timezone).offsetNanoseconds;
    return moved % (HOUR * 1e6) === 0 && zoned(instant, timezone).offsetNanoseconds % (HOUR * 1e6) === 0;
  });
  for (const { timezone, instant } of wholeHours)
    for (const spec of [
      { kind: 'cron' as const, cron: '0 * * * *', dayOr: true },
      { kind: 'rrule' as const, rrule: 'DTSTART:19800101T000000\nRRULE:FREQ=HOURLY' },
    ]) {
      const from = (Math.ceil(instant / HOUR) - 5) * HOUR;
      const fires = nextFires(compileSchedule({ spec, timezone }, zones), { from, limit: 11 });
      expect(fires, timezone).toEqual(Array.from({ length: 11 }, (_, index) => from + index * HOUR));
    }
  expect(wholeHours.length).toBeGreaterThan(500);
});
