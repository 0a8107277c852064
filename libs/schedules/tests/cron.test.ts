import { describe, expect, test } from 'vitest';
import { nextFires, previewFires, type Schedule, ScheduleError } from '../src/index.ts';

const at = (text: string) => Date.parse(text);

interface Case {
  readonly cron: string;
  readonly name?: string;
  readonly timezone?: string;
  readonly dayOr?: boolean;
  readonly dstGap?: Schedule['dstGap'];
  readonly dstFold?: Schedule['dstFold'];
  readonly from: string;
  readonly until?: string;
  /** What the zone's clocks show, seconds left out where there are none. */
  readonly fires: readonly string[];
}

const newYork = 'America/New_York';

const cases: Case[] = [
  {
    name: 'either day is enough',
    cron: '0 0 13 * FRI',
    from: '2022-01-01T00:00Z',
    fires: ['2022-01-07T00:00+00:00', '2022-01-13T00:00+00:00', '2022-01-14T00:00+00:00', '2022-01-21T00:00+00:00'],
  },
  {
    name: 'both days must match',
    cron: '0 0 13 * FRI',
    dayOr: false,
    from: '2022-01-01T00:00Z',
    fires: ['2022-05-13T00:00+00:00', '2023-01-13T00:00+00:00', '2023-10-13T00:00+00:00'],
  },
  {
    name: 'weekdays keep 09:00 through a change of the clocks',
    cron: '0 9 * * MON-FRI',
    timezone: newYork,
    from: '2022-03-10T15:00Z',
    fires: ['2022-03-11T09:00-05:00', '2022-03-14T09:00-04:00', '2022-03-15T09:00-04:00', '2022-03-16T09:00-04:00'],
  },
  {
    name: 'short months are left out',
    cron: '0 0 31 * *',
    from: '2022-01-15T00:00Z',
    fires: ['2022-01-31T00:00+00:00', '2022-03-31T00:00+00:00', '2022-05-31T00:00+00:00', '2022-07-31T00:00+00:00'],
  },
  { cron: '@weekly', from: '2022-01-01T00:00Z', fires: ['2022-01-02T00:00+00:00', '2022-01-09T00:00+00:00'] },
  { cron: '@YEARLY', from: '2022-01-02T00:00Z', fires: ['2023-01-01T00:00+00:00'] },
  { cron: '@monthly', from: '2022-01-02T00:00Z', fires: ['2022-02-01T00:00+00:00'] },
  { cron: '@midnight', timezone: newYork, from: '2022-01-01T06:00Z', fires: ['2022-01-02T00:00-05:00'] },
  { cron: '@hourly', from: '2022-01-01T00:00:00.001Z', fires: ['2022-01-01T01:00+00:00'] },
  {
    name: 'part of a second is rounded up',
    cron: '*/15 * * * *',
    from: '2022-01-01T00:00:00.001Z',
    fires: ['2022-01-01T00:15+00:00', '2022-01-01T00:30+00:00'],
  },
  {
    name: 'seconds are the last field',
    cron: '0 0 * * * */20',
    from: '2022-01-01T23:59:30Z',
    fires: [
      '2022-01-02T00:00+00:00',
      '2022-01-02T00:00:20+00:00',
      '2022-01-02T00:00:40+00:00',
      '2022-01-03T00:00+00:00',
    ],
  },
  {
    name: 'hourly in spring: an hour apart',
    cron: '0 * * * *',
    timezone: newYork,
    from: '2018-03-11T06:00Z',
    fires: ['2018-03-11T01:00-05:00', '2018-03-11T03:00-04:00', '2018-03-11T04:00-04:00'],
  },
  {
    name: 'hourly in autumn: an hour apart',
    cron: '0 * * * *',
    timezone: newYork,
    from: '2018-11-04T04:00Z',
    fires: ['2018-11-04T00:00-04:00', '2018-11-04T01:00-04:00', '2018-11-04T01:00-05:00', '2018-11-04T02:00-05:00'],
  },
  {
    name: 'a time that the clocks leave out',
    cron: '30 2 * * *',
    timezone: newYork,
    from: '2018-03-11T00:00Z',
    fires: ['2018-03-11T03:00-04:00', '2018-03-12T02:30-04:00'],
  },
  {
    name: 'a time that the clocks leave out, skipped',
    cron: '30 2 * * *',
    timezone: newYork,
    dstGap: 'skip',
    from: '2018-03-10T00:00Z',
    fires: ['2018-03-10T02:30-05:00', '2018-03-12T02:30-04:00'],
  },
  {
    name: 'several times left out are one fire, also with the time after them',
    cron: '0,30 2,3 * * *',
    timezone: newYork,
    from: '2018-03-11T00:00Z',
    fires: ['2018-03-11T03:00-04:00', '2018-03-11T03:30-04:00', '2018-03-12T02:00-04:00'],
  },
  {
    name: 'a time that comes twice',
    cron: '30 1 * * *',
    timezone: newYork,
    from: '2018-11-04T00:00Z',
    fires: ['2018-11-04T01:30-04:00', '2018-11-05T01:30-05:00'],
  },
  {
    name: 'a time that comes twice, the second time',
    cron: '30 1 * * *',
    timezone: newYork,
    dstFold: 'second',
    from: '2018-11-03T00:00Z',
    fires: ['2018-11-03T01:30-04:00', '2018-11-04T01:30-05:00', '2018-11-05T01:30-05:00'],
  },
  {
    name: 'a time that comes twice, both times',
    cron: '30 1 * * *',
    timezone: newYork,
    dstFold: 'both',
    from: '2018-11-04T00:00Z',
    fires: ['2018-11-04T01:30-04:00', '2018-11-04T01:30-05:00', '2018-11-05T01:30-05:00'],
  },
  {
    name: 'a window that begins in the repeated hour, at the first times',
    cron: '30 1 * * *',
    timezone: newYork,
    from: '2018-11-04T06:00Z',
    fires: ['2018-11-05T01:30-05:00'],
  },
  {
    name: 'half an hour of Lord Howe',
    cron: '*/15 2 * * *',
    timezone: 'Australia/Lord_Howe',
    from: '2022-10-01T12:00Z',
    fires: ['2022-10-02T02:30+11:00', '2022-10-02T02:45+11:00', '2022-10-03T02:00+11:00'],
  },
  {
    name: 'the day that Apia skipped',
    cron: '0 9 * * *',
    timezone: 'Pacific/Apia',
    from: '2011-12-29T12:00Z',
    fires: ['2011-12-29T09:00-10:00', '2011-12-31T00:00+14:00', '2011-12-31T09:00+14:00'],
  },
  {
    name: 'Ramadan in Casablanca',
    cron: '30 2 * * *',
    timezone: 'Africa/Casablanca',
    from: '2024-03-09T12:00Z',
    fires: ['2024-03-10T02:30+01:00', '2024-03-11T02:30+00:00'],
  },
  {
    name: 'names, lists, and a range over the end of the week',
    cron: '0 0 * jan,Feb sat-MON',
    from: '2022-02-26T00:00Z',
    fires: ['2022-02-26T00:00+00:00', '2022-02-27T00:00+00:00', '2022-02-28T00:00+00:00', '2023-01-01T00:00+00:00'],
  },
  { cron: '0 0 * * 7', from: '2022-01-01T00:00Z', fires: ['2022-01-02T00:00+00:00', '2022-01-09T00:00+00:00'] },
  {
    name: 'steps from a value, and within a range',
    cron: '5/25 1-5/2 * * *',
    from: '2022-01-01T00:00Z',
    fires: ['2022-01-01T01:05+00:00', '2022-01-01T01:30+00:00', '2022-01-01T01:55+00:00', '2022-01-01T03:05+00:00'],
  },
  {
    name: 'the last day of the month',
    cron: '0 0 L 2 ?',
    from: '2023-01-01T00:00Z',
    fires: ['2023-02-28T00:00+00:00', '2024-02-29T00:00+00:00'],
  },
  ...['L5', '5L', 'FRIL', 'lfri'].map((last) => ({
    cron: `0 0 * * ${last}`,
    from: '2022-01-01T00:00Z',
    fires: ['2022-01-28T00:00+00:00', '2022-02-25T00:00+00:00'],
  })),
  ...['sat#5', '6#5'].map((fifth) => ({
    cron: `0 0 ? * ${fifth}`,
    from: '2022-01-01T00:00Z',
    fires: ['2022-01-29T00:00+00:00', '2022-04-30T00:00+00:00'],
  })),
  {
    name: '29 February on a Monday, over the year 2100, which has none',
    cron: '0 0 29 2 MON',
    dayOr: false,
    from: '2080-01-01T00:00Z',
    fires: ['2112-02-29T00:00+00:00'],
  },
];

describe('cron schedules', () => {
  test.each(cases)('$cron $name', ({ cron, dayOr = true, timezone = 'UTC', from, until, fires, ...policy }) => {
    const schedule = { spec: { kind: 'cron' as const, cron, dayOr }, timezone, ...policy };
    const window = { from: at(from), limit: fires.length, ...(until ? { until: at(until) } : {}) };
    const shown = previewFires(schedule, window).map(({ localTime }) => localTime.replace(/(T..:..):00/, '$1'));
    expect(shown).toEqual(fires);
  });

  test('29 February keeps to the year 9999', () => {
    const schedule = { spec: { kind: 'cron' as const, cron: '0 0 29 2 *', dayOr: true }, timezone: 'Europe/Berlin' };
    expect(nextFires(schedule, { from: at('9993-01-01T00:00Z'), limit: 10 })).toEqual([at('9996-02-28T23:00Z')]);
  });

  test.each([
    ['60 * * * *', 1, '"60" at character 1 is not a minute: 0 to 59'],
    ['0  25 * * *', 4, '"25" at character 4 is not an hour: 0 to 23 is accepted in the hour field'],
    ['0 0 32 * *', 5, 'day of month field'],
    ['0 0 1 FOO *', 7, '1 to 12, JAN to DEC is accepted in the month field'],
    ['0 0 * * 8', 9, '"8" at character 9 is not a day of the week'],
    ['0 0 * * MON,', 13, 'nothing at character 13'],
    ['0 0 * * * 60', 11, 'not a second'],
    ['*/0 * * * *', 3, '"0" at character 3 is not a step: 1 to 60 is accepted'],
    ['*/90 * * * *', 3, 'not a step'],
    ['0 22-2 * * *', 3, 'write "22-23,0-2"'],
    ['0 0 * * FRI#6', 13, '"6" at character 13 is not a weekday\'s place in the month: 1 to 5'],
    ['0 0 * * L', 9, 'L5 or FRIL'],
    ['? * * * *', 1, 'not a minute'],
    ['5 4 R * *', 5, 'R and H, which stand for a value picked at random, are not accepted'],
    ['H(0-29)/10 * * * *', 1, 'R and H'],
    ['@reboot', 1, '"@reboot" is not accepted'],
    ['@often', 1, 'accepted are @yearly'],
    ['@every 5m', 1, '"@every" is not accepted: use an interval'],
    ['TZ=Europe/Paris 0 9 * * *', 1, '"TZ=Europe/Paris" is not accepted: give the zone as timezone'],
    ['  CRON_TZ=UTC 0 9 * * *', 3, '"CRON_TZ=UTC" is not accepted: give the zone as timezone'],
    ['* * * *', undefined, 'has 4 fields'],
    ['* * * * * * *', undefined, 'has 7 fields'],
    ['', undefined, 'has 0 fields'],
    ['0 0 30 2 *', undefined, 'never fires'],
    ['0 0 31 4,6 *', undefined, 'never fires'],
  ])('"%s" is refused', (cron, position, part) => {
    const fires = () =>
      nextFires({ spec: { kind: 'cron', cron, dayOr: true }, timezone: 'UTC' }, { from: 0, limit: 0 });
    expect(fires).toThrow(ScheduleError);
    expect(fires).toThrow(
      expect.objectContaining({ field: 'cron', position, description: expect.stringContaining(part) }),
    );
  });

  test('days that never meet are refused where both must match', () => {
    const spec = { kind: 'cron' as const, cron: '0 0 30 2 MON' };
    const fires = (dayOr: boolean) => nextFires({ spec: { ...spec, dayOr }, timezone: 'UTC' }, { from: 0, limit: 1 });
    expect(fires(true)).toHaveLength(1);
    expect(() => fires(false)).toThrow('never fires');
  });
});
