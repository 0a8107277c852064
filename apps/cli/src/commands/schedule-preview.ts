import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { PreviewScheduleResponseSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  type DstFold,
  type DstGap,
  openZones,
  previewFires,
  type Schedule,
  ScheduleError,
  type ScheduleSpec,
  type Zone,
} from '@millrace/schedules';
import { describeSchedule } from '@millrace/schedules/words';
import type { Invocation } from '../command.ts';
import type { Input } from '../input.ts';
import { isoTime, parseDuration } from '../times.ts';
import { UsageError } from '../usage-error.ts';
import { readZonedTime } from '../zoned-time.ts';

const DEFAULT_COUNT = 10;
const kinds = ['cron', 'interval', 'rrule'] as const;

export async function run({ input, output, clock }: Invocation): Promise<undefined> {
  const kind = readKind(input);
  const { schedule, fires } = naming(input, () => {
    const timezone = input.text('timezone') ?? 'UTC';
    const zone = openZones().open(timezone);
    const read: Schedule = { spec: readSpec(input, kind, zone), timezone, ...readDst(input) };
    const from = timeOf(input, 'from', zone) ?? clock.now();
    const until = timeOf(input, 'until', zone);
    if (until !== undefined && until < from) throw new UsageError(endsTooEarly(input));
    return {
      schedule: read,
      fires: previewFires(read, { from, until, limit: input.integer('count') ?? DEFAULT_COUNT }),
    };
  });
  const description = describeSchedule(schedule);
  if (output.json) {
    const messages = fires.map(({ time, localTime, notes }) => ({
      time: timestampFromMs(time),
      localTime,
      notes: [...notes],
    }));
    const reply = create(PreviewScheduleResponseSchema, { fires: messages, description });
    await output.reply(PreviewScheduleResponseSchema, reply);
    return;
  }
  output.line(`${description.charAt(0).toUpperCase()}${description.slice(1)}`);
  output.line();
  output.table(
    ['TIME', 'LOCAL TIME', 'NOTES'],
    fires.map(({ time, localTime, notes }) => [isoTime(time), localTime, notes.join('; ')]),
  );
  if (fires.length === 0) output.note('No fires.');
}

type Kind = (typeof kinds)[number];

function readKind(input: Input): Kind {
  const [kind, other] = kinds.filter((each) => input.text(each) !== undefined);
  if (kind === undefined) throw new UsageError('one of --cron, --interval and --rrule is needed');
  if (other !== undefined) throw new UsageError(`--${kind} and --${other}: only one of them can be given`);
  if (kind !== 'interval' && input.text('anchor') !== undefined) throw new UsageError('--anchor goes with --interval');
  if (kind !== 'cron' && input.on('day-and')) throw new UsageError('--day-and goes with --cron');
  return kind;
}

function readSpec(input: Input, kind: Kind, zone: Zone): ScheduleSpec {
  const text = input.text(kind) ?? '';
  switch (kind) {
    case 'cron':
      return { kind, cron: text, dayOr: !input.on('day-and') };
    case 'rrule':
      // A shell leaves "\n" as it is; a rule of several lines is typed so.
      return { kind, rrule: text.replaceAll('\\n', '\n') };
    case 'interval': {
      const intervalMs = parseDuration(text);
      if (intervalMs === undefined)
        throw new UsageError(`--interval ${text}: ${mistakeIn(text)}a duration such as 90s, 1h30m or 1d is needed`);
      return { kind, intervalMs, anchorMs: timeOf(input, 'anchor', zone) ?? null };
    }
  }
}

function mistakeIn(duration: string): string {
  if (duration.startsWith('-')) return 'is negative; ';
  return /^\d+(\.\d+)?$/.test(duration) ? 'its unit is missing; ' : '';
}

function endsTooEarly(input: Input): string {
  const now = input.text('from') === undefined ? ', which is now by default' : '';
  return `--until ${input.text('until')}: is before --from${now}`;
}

function readDst(input: Input) {
  // The table of commands lets nothing else through.
  return {
    dstGap: input.text('dst-gap') as DstGap | undefined,
    dstFold: input.text('dst-fold') as DstFold | undefined,
  };
}

function timeOf(input: Input, flag: string, zone: Zone): number | undefined {
  const text = input.text(flag);
  return text === undefined ? undefined : readZonedTime(flag, text, zone);
}

/** What `read` gives; what is wrong with the schedule is said of the flag that said it. */
function naming<T>(input: Input, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const { field, description, position } = error;
    const expression = field === 'cron' || field === 'rrule' ? input.text(field) : undefined;
    const at = position !== undefined && expression && !expression.includes('\n') ? position : undefined;
    const place = at === undefined ? undefined : `  ${expression}\n  ${' '.repeat(at - 1)}^`;
    throw new UsageError(`--${field.replaceAll('_', '-')}: ${description}`, place);
  }
}
