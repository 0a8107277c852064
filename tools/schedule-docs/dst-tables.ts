import { openZones, previewFires, type Schedule, type ScheduleSpec, type Zone } from '@millrace/schedules';

const HOUR_MS = 3_600_000;

/** A night in which the clocks of a zone change. */
interface Night {
  readonly title: string;
  /** The day's midnight in its zone. */
  readonly midnight: string;
}

interface Place {
  readonly timezone: string;
  readonly spring: Night;
  readonly autumn: Night;
  /** A time that comes twice in autumn, and one that spring leaves out; in Berlin it is the same. */
  readonly twice: string;
  readonly leftOut: string;
}

const places: readonly Place[] = [
  {
    timezone: 'Europe/Berlin',
    spring: { title: '29 March 2026: 02:00 to 03:00 is left out', midnight: '2026-03-29T00:00:00+01:00' },
    autumn: { title: '25 October 2026: 02:00 to 03:00 comes twice', midnight: '2026-10-25T00:00:00+02:00' },
    twice: '02:30',
    leftOut: '02:30',
  },
  {
    timezone: 'America/New_York',
    spring: { title: '8 March 2026: 02:00 to 03:00 is left out', midnight: '2026-03-08T00:00:00-05:00' },
    autumn: { title: '1 November 2026: 01:00 to 02:00 comes twice', midnight: '2026-11-01T00:00:00-04:00' },
    twice: '01:30',
    leftOut: '02:30',
  },
];

type Policy = Pick<Schedule, 'dstGap' | 'dstFold'>;

interface Row {
  readonly schedule: string;
  readonly spec: ScheduleSpec;
  readonly policies: readonly Policy[];
}

/** What becomes of schedules when clocks change, a table a zone. */
export function dstTables(): string[] {
  return places.flatMap((place, index) => [...(index > 0 ? [''] : []), ...tableOf(place)]);
}

function tableOf(place: Place): string[] {
  const { timezone, spring, autumn } = place;
  const zone = openZones().open(timezone);
  const cells = (row: Row, policy: Policy) => {
    const schedule = { spec: row.spec, timezone, ...policy };
    return [spring, autumn].map((night) => firesOf(schedule, Date.parse(night.midnight), zone));
  };
  const lines = rowsOf(place).flatMap((row) =>
    row.policies.map((policy) => `| ${[row.schedule, policyText(policy), ...cells(row, policy)].join(' | ')} |`),
  );
  return [`| ${timezone} | option | ${spring.title} | ${autumn.title} |`, '|---|---|---|---|', ...lines];
}

function rowsOf({ twice, leftOut, spring }: Place): Row[] {
  const gaps: readonly Policy[] = [{}, { dstGap: 'skip' }];
  const folds: readonly Policy[] = [{ dstFold: 'second' }, { dstFold: 'both' }];
  const throughTheDay: readonly Policy[] = [{}, { dstGap: 'next-valid' }, { dstFold: 'first' }, { dstFold: 'second' }];
  // A day before the change, so that the change is within its days.
  const dayBefore = (clock: string) => Date.parse(spring.midnight) - 24 * HOUR_MS + hoursOf(clock) * HOUR_MS;
  const times = [...new Set([leftOut, twice])].sort();
  const policiesOf = (clock: string) => [...(clock === leftOut ? gaps : [{}]), ...(clock === twice ? folds : [])];
  return [
    { schedule: 'cron `30 * * * *`', spec: cron('30 * * * *'), policies: throughTheDay },
    ...times.map((clock) => ({ ...cronAt(clock), policies: policiesOf(clock) })),
    ...times.map((clock) => ({
      schedule: `rule \`FREQ=DAILY\` at ${clock}`,
      spec: { kind: 'rrule' as const, rrule: ruleAt(clock) },
      policies: policiesOf(clock),
    })),
    ...times.map((clock) => ({
      schedule: `interval \`1d\` from ${clock}`,
      spec: { kind: 'interval' as const, intervalMs: 24 * HOUR_MS, anchorMs: dayBefore(clock) },
      policies: policiesOf(clock),
    })),
    {
      schedule: 'interval `1h` from 00:30',
      spec: { kind: 'interval', intervalMs: HOUR_MS, anchorMs: dayBefore('00:30') },
      policies: [{}],
    },
  ];
}

function cronAt(clock: string) {
  const [hour = '', minute = ''] = clock.split(':');
  const expression = `${Number(minute)} ${Number(hour)} * * *`;
  return { schedule: `cron \`${expression}\``, spec: cron(expression) };
}

function cron(expression: string): ScheduleSpec {
  return { kind: 'cron', cron: expression, dayOr: true };
}

function ruleAt(clock: string): string {
  const [hour = '', minute = ''] = clock.split(':');
  return `FREQ=DAILY;BYHOUR=${Number(hour)};BYMINUTE=${Number(minute)};BYSECOND=0`;
}

function hoursOf(clock: string): number {
  const [hour = '', minute = ''] = clock.split(':');
  return Number(hour) + Number(minute) / 60;
}

/** "01:30, 02:30+02:00": what clocks show at the fires of a night up to 05:00, with the offset where that comes twice. */
function firesOf(schedule: Schedule, midnight: number, zone: Zone): string {
  const change = zone.stretchAt(midnight).end;
  const shift = zone.stretchAt(change).offset - zone.stretchAt(midnight).offset;
  const until = midnight + 5 * HOUR_MS - shift - 1;
  const fires = previewFires(schedule, { from: midnight, until, limit: 20 });
  const shown = fires.map(({ time, localTime }) => {
    const [clock = '', offset = ''] = [localTime.slice(11, 16), localTime.slice(19)];
    const isTwice = shift < 0 && time >= change + shift && time < change - shift;
    return isTwice ? `${clock}${offset}` : clock;
  });
  return shown.join(', ') || 'none';
}

function policyText({ dstGap, dstFold }: Policy): string {
  if (dstGap) return `\`dst_gap: ${dstGap}\``;
  return dstFold ? `\`dst_fold: ${dstFold}\`` : 'by default';
}
