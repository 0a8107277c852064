import { describe, expect, test } from 'vitest';
import { nextFires, previewFires, type Schedule, ScheduleError } from '../src/index.ts';

const at = (text: string) => Date.parse(text);

interface Case {
  readonly rrule: string;
  readonly name?: string;
  readonly timezone?: string;
  readonly dstGap?: Schedule['dstGap'];
  readonly dstFold?: Schedule['dstFold'];
  readonly from?: string;
  readonly limit?: number;
  /** What the zone's clocks show; the offset where it matters. */
  readonly fires: readonly string[];
}

const berlin = 'Europe/Berlin';

const cases: Case[] = [
  {
    rrule: 'FREQ=YEARLY;INTERVAL=3;BYMONTH=10;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=TU',
    fires: ['2020-10-06T00:00', '2023-10-03T00:00', '2026-10-06T00:00'],
  },
  { rrule: 'FREQ=MINUTELY', fires: ['2020-01-01T00:00', '2020-01-01T00:01', '2020-01-01T00:02'] },
  {
    rrule: 'FREQ=MONTHLY;INTERVAL=2;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR',
    fires: ['2020-01-31T00:00', '2020-03-31T00:00', '2020-05-29T00:00'],
  },
  {
    rrule: 'FREQ=DAILY;COUNT=8;BYDAY=MO,TU,WE,TH,FR',
    limit: 100,
    fires: [1, 2, 3, 6, 7, 8, 9, 10].map((day) => `2020-01-${String(day).padStart(2, '0')}T00:00`),
  },
  {
    rrule: 'FREQ=WEEKLY;INTERVAL=3;UNTIL=20210923;BYDAY=SU',
    fires: ['2020-01-05T00:00', '2020-01-26T00:00', '2020-02-16T00:00'],
  },
  {
    rrule: 'RRULE:FREQ=WEEKLY;BYHOUR=9;BYMINUTE=13;BYSECOND=54',
    fires: ['2020-01-01T09:13:54', '2020-01-08T09:13:54', '2020-01-15T09:13:54'],
  },
  {
    rrule: 'FREQ=YEARLY;BYWEEKNO=7,16;BYDAY=WE',
    fires: ['2020-02-12T00:00', '2020-04-15T00:00', '2021-02-17T00:00'],
  },
  {
    name: 'nothing before the start, which counts only if it matches',
    rrule: 'DTSTART:20300102T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO',
    fires: ['2030-01-07T09:00', '2030-01-14T09:00'],
  },
  {
    name: 'what the rule does not say is as in the start',
    rrule: 'DTSTART:20200229T134501\nRRULE:FREQ=YEARLY',
    from: '2021-01-01T00:00Z',
    fires: ['2024-02-29T13:45:01', '2028-02-29T13:45:01'],
  },
  {
    name: 'a window far from the start',
    rrule: 'FREQ=SECONDLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=29',
    from: '2061-01-01T00:00Z',
    fires: ['2064-02-29T00:00:02', '2064-02-29T00:00:09'],
  },
  {
    name: 'the count is of the rule, from its start',
    rrule:
      'DTSTART:20200101T090000\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20200102T090000\nRDATE:20200110T100000,20191231T100000',
    from: '2019-01-01T00:00Z',
    limit: 9,
    fires: ['2019-12-31T10:00', '2020-01-01T09:00', '2020-01-03T09:00', '2020-01-04T09:00', '2020-01-10T10:00'],
  },
  {
    name: 'the end belongs to it',
    rrule: 'FREQ=DAILY;UNTIL=20200102',
    limit: 9,
    fires: ['2020-01-01T00:00', '2020-01-02T00:00'],
  },
  {
    name: 'a date as the end is the midnight that begins it',
    rrule: 'FREQ=DAILY;BYHOUR=9;UNTIL=20200102',
    limit: 9,
    fires: ['2020-01-01T09:00'],
  },
  { name: 'a finished rule has no fires', rrule: 'FREQ=DAILY;COUNT=1', from: '2021-01-01T00:00Z', limit: 9, fires: [] },
  {
    name: 'times in UTC are taken to the zone, others are meant there',
    rrule:
      'DTSTART:20260701T070000Z\nRRULE:FREQ=DAILY;UNTIL=20260704T070000Z\nEXDATE;TZID=Europe/Berlin:20260702T090000',
    timezone: berlin,
    limit: 9,
    fires: ['2026-07-01T09:00', '2026-07-03T09:00', '2026-07-04T09:00'],
  },
  {
    name: 'dates, small letters, folded lines, a semicolon at the end',
    rrule:
      'dtstart;value=date:20260701\r\nrrule:freq=weekly;byday=\r\n we,fr;wkst=su;\r\nexdate;value=date:20260703\r\n',
    fires: ['2026-07-01T00:00', '2026-07-08T00:00', '2026-07-10T00:00'],
  },
  {
    name: 'properties in one line',
    rrule: 'DTSTART:20260701T090000 RRULE:FREQ=DAILY',
    fires: ['2026-07-01T09:00', '2026-07-02T09:00'],
  },
  {
    name: 'weeks begin with a Monday',
    rrule: 'DTSTART:19970805T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
    from: '1997-01-01T00:00Z',
    limit: 9,
    fires: ['1997-08-05T09:00', '1997-08-10T09:00', '1997-08-19T09:00', '1997-08-24T09:00'],
  },
  {
    name: 'weeks begin with a Sunday',
    rrule: 'DTSTART:19970805T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
    from: '1997-01-01T00:00Z',
    limit: 9,
    fires: ['1997-08-05T09:00', '1997-08-17T09:00', '1997-08-19T09:00', '1997-08-31T09:00'],
  },
  {
    name: 'a weekday with and one without a number: either',
    rrule: 'FREQ=MONTHLY;BYDAY=SA,1MO',
    fires: ['2020-01-04T00:00', '2020-01-06T00:00', '2020-01-11T00:00'],
  },
  {
    name: 'the 20th Monday of the year',
    rrule: 'FREQ=YEARLY;BYDAY=20MO,-1TU',
    fires: ['2020-05-18T00:00', '2020-12-29T00:00', '2021-05-17T00:00'],
  },
  {
    name: 'days from the end, of the year and of the month',
    rrule: 'FREQ=YEARLY;BYYEARDAY=-1,1',
    fires: ['2020-01-01T00:00', '2020-12-31T00:00', '2021-01-01T00:00'],
  },
  { rrule: 'FREQ=MONTHLY;BYMONTHDAY=-2', fires: ['2020-01-30T00:00', '2020-02-28T00:00', '2020-03-30T00:00'] },
  {
    name: 'every other hour of some, of all minutes of some',
    rrule: 'FREQ=HOURLY;INTERVAL=2;BYHOUR=8,9,10;BYMINUTE=0,30;BYSETPOS=2',
    fires: ['2020-01-01T08:30', '2020-01-01T10:30', '2020-01-02T08:30'],
  },
  {
    name: 'daily in spring: the first instant after the gap',
    rrule: 'FREQ=DAILY;BYHOUR=2;BYMINUTE=30',
    timezone: berlin,
    from: '2026-03-28T00:00Z',
    fires: ['2026-03-28T02:30+01:00', '2026-03-29T03:00+02:00', '2026-03-30T02:30+02:00'],
  },
  {
    name: 'hourly in spring: an hour apart',
    rrule: 'FREQ=HOURLY',
    timezone: berlin,
    from: '2026-03-29T00:00Z',
    fires: ['2026-03-29T01:00+01:00', '2026-03-29T03:00+02:00'],
  },
  {
    name: 'hourly in autumn: an hour apart',
    rrule: 'FREQ=HOURLY',
    timezone: berlin,
    from: '2026-10-25T00:00Z',
    fires: ['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00', '2026-10-25T03:00+01:00'],
  },
  {
    name: 'daily in autumn, the second time',
    rrule: 'FREQ=DAILY;BYHOUR=2',
    timezone: berlin,
    dstFold: 'second',
    from: '2026-10-25T00:00Z',
    fires: ['2026-10-25T02:00+01:00', '2026-10-26T02:00+01:00'],
  },
  {
    name: 'the end of the rule within a repeated hour',
    rrule: 'FREQ=HOURLY;UNTIL=20261025T020000',
    timezone: berlin,
    from: '2026-10-24T23:00Z',
    limit: 9,
    fires: ['2026-10-25T01:00+02:00', '2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00'],
  },
];

describe('recurrence rules', () => {
  test.each(cases)(
    '$rrule $name',
    ({ rrule, timezone = 'UTC', from = '2020-01-01T00:00Z', limit, fires, ...policy }) => {
      const schedule = { spec: { kind: 'rrule' as const, rrule }, timezone, ...policy };
      const shown = previewFires(schedule, { from: at(from), limit: limit ?? fires.length }).map(({ localTime }) => {
        const withOffset = localTime.replace(/(T..:..):00/, '$1');
        return fires.some((fire) => /[+-]..:..$/.test(fire)) ? withOffset : withOffset.replace(/[+-]..:..$/, '');
      });
      expect(shown).toEqual(fires);
    },
  );

  test('rules end with the year 9999', () => {
    const schedule = { spec: { kind: 'rrule' as const, rrule: 'FREQ=YEARLY' }, timezone: 'UTC' };
    expect(nextFires(schedule, { from: at('9998-01-01T00:00Z'), limit: 9 })).toHaveLength(2);
  });

  test.each([
    ['', undefined, 'has no rule'],
    ['DTSTART:20200101T000000', undefined, 'has no rule'],
    ['often', 1, '"OFTEN" is not a line of a rule; accepted are DTSTART, RRULE, EXDATE, RDATE'],
    ['EXRULE:FREQ=DAILY', 1, 'EXRULE is not accepted'],
    ['RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY', 18, 'RRULE comes a second time'],
    ['DTSTART:20200101\nDTSTART:20200102\nRRULE:FREQ=DAILY', 18, 'DTSTART comes a second time'],
    ['DTSTART:20200101,20200102\nRRULE:FREQ=DAILY', 1, 'DTSTART has several times'],
    ['DTSTART;TZID=Europe/Paris:20200101T000000\nRRULE:FREQ=DAILY', 9, 'the schedule\'s timezone, "UTC"'],
    ['DTSTART;TZID=UTC:20200101T000000Z\nRRULE:FREQ=DAILY', 18, 'is in UTC'],
    ['RDATE;VALUE=PERIOD:20200101T000000/PT1H\nRRULE:FREQ=DAILY', 7, 'VALUE=PERIOD'],
    ['DTSTART:20200230T000000\nRRULE:FREQ=DAILY', 9, 'DTSTART: "20200230T000000" at character 9 is not a time'],
    ['INTERVAL=2', 1, 'has no FREQ'],
    ['FREQ=FORTNIGHTLY', 6, 'is not a frequency; accepted are YEARLY'],
    ['FREQ=DAILY;BYHOUR=9,24', 21, 'BYHOUR: "24" at character 21 is not an hour; 0 to 23 is accepted'],
    ['FREQ=DAILY;BYHOUR=', 19, 'BYHOUR: ""'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 25, '1 to 31, and -31 to -1 from the end, are accepted'],
    ['FREQ=DAILY;BYSECOND=60', 21, 'not a second'],
    ['FREQ=WEEKLY;BYDAY=MO,XX', 22, 'BYDAY: "XX"'],
    ['FREQ=MONTHLY;BYDAY=0MO', 20, 'BYDAY: "0MO"'],
    ['FREQ=WEEKLY;WKST=1', 18, 'WKST: "1"'],
    ['FREQ=DAILY;INTERVAL=0', 21, 'INTERVAL: "0"'],
    ['FREQ=DAILY;COUNT=0', 18, 'COUNT: "0"'],
    ['FREQ=DAILY;COUNT=100001', 18, 'counts from its start each time'],
    ['FREQ=DAILY;UNTIL=tomorrow', 18, 'UNTIL: "tomorrow"'],
    ['FREQ=DAILY;UNTIL=20300101;COUNT=3', 18, 'together with COUNT'],
    ['FREQ=DAILY;BYHOUR=9;byhour=10', 21, 'BYHOUR at character 21 comes a second time'],
    ['FREQ=DAILY;BYEASTER=0', 12, '"BYEASTER" at character 12 is not a part of a rule'],
    ['FREQ=DAILY;;BYHOUR=1', 12, 'is not a part such as FREQ=DAILY'],
    ['FREQ=MONTHLY;BYWEEKNO=2', 23, 'FREQ=YEARLY alone'],
    ['FREQ=DAILY;BYYEARDAY=2', 22, 'not accepted with FREQ=DAILY'],
    ['FREQ=WEEKLY;BYMONTHDAY=2', 24, 'a week has no such days'],
    ['FREQ=WEEKLY;BYDAY=2MO', 19, 'weekdays with numbers'],
    ['FREQ=YEARLY;BYWEEKNO=2;BYDAY=2MO', 30, 'together with BYWEEKNO'],
    ['FREQ=DAILY;BYSETPOS=1', 21, 'together with another part'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', undefined, 'never fires'],
    ['FREQ=DAILY;UNTIL=20191231', undefined, 'never fires'],
    ['RRULE:FREQ=DAILY;COUNT=1\nEXDATE:20200101T000000', undefined, 'never fires'],
    ['FREQ=DAILY;INTERVAL=7;BYDAY=MO', undefined, 'never fires'],
    ['FREQ=SECONDLY;INTERVAL=60;BYSECOND=30', undefined, 'never fires'],
    ['FREQ=SECONDLY;BYSETPOS=2;BYSECOND=1', undefined, 'never fires'],
  ])('"%s" is refused', (rrule, position, part) => {
    const fires = () => nextFires({ spec: { kind: 'rrule', rrule }, timezone: 'UTC' }, { from: 0, limit: 0 });
    expect(fires).toThrow(ScheduleError);
    expect(fires).toThrow(
      expect.objectContaining({ field: 'rrule', position, description: expect.stringContaining(part) }),
    );
  });
});
