import type { Command } from './command.ts';

/** The part of the table of commands that deals with schedules by themselves. */
export const scheduleCommands: readonly Command[] = [
  {
    name: 'schedule preview',
    summary: 'Show when a schedule would fire; needs no server',
    description:
      'Give exactly one of --cron, --interval and --rrule. Times without an offset are meant in --timezone. The notes say ' +
      'where the clocks change, and what that does to a fire.',
    arguments: [],
    flags: [
      { name: 'cron', kind: 'text', value: 'EXPRESSION', summary: "a cron expression, as '0 9 * * mon-fri'" },
      { name: 'interval', kind: 'text', value: 'DURATION', summary: 'a duration, as 90s, 1h30m or 1d' },
      {
        name: 'rrule',
        kind: 'text',
        value: 'RULE',
        summary: "a recurrence rule, as 'FREQ=WEEKLY;BYDAY=MO'; \\n parts lines",
      },
      { name: 'timezone', kind: 'text', value: 'ZONE', summary: 'IANA name of the zone (default UTC)' },
      {
        name: 'anchor',
        kind: 'text',
        value: 'TIME',
        summary: 'with --interval: when it fires (default 2020-01-01T00:00)',
      },
      { name: 'day-and', kind: 'switch', summary: 'with --cron: day of month and day of week must both match' },
      {
        name: 'dst-gap',
        kind: 'text',
        value: 'WHAT',
        choices: ['auto', 'next-valid', 'skip'],
        summary: 'what becomes of a time that the clocks leave out: auto (default), next-valid or skip',
      },
      {
        name: 'dst-fold',
        kind: 'text',
        value: 'WHAT',
        choices: ['auto', 'first', 'second', 'both'],
        summary: 'what becomes of a time that comes twice: auto (default), first, second or both',
      },
      { name: 'from', kind: 'text', value: 'TIME', summary: 'where to begin, as 2026-03-29T00:00 (default now)' },
      { name: 'until', kind: 'text', value: 'TIME', summary: 'where to end; a fire at this time counts' },
      { name: 'count', kind: 'integer', value: 'N', minimum: 1, summary: 'at most so many (default 10)' },
    ],
    load: () => import('./commands/schedule-preview.ts'),
  },
];
