import { durationMs } from '@bufbuild/protobuf/wkt';
import { CatchUp, DstFold, DstGap, Overlap, type Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import { lengthWords } from '../../ui/durations.ts';

const DAY_MS = 86_400_000;
// The command line has them all.
const mostOfParameters = 160;

// Nothing is said of a default.
const gapWords: Readonly<Record<DstGap, string>> = {
  [DstGap.UNSPECIFIED]: '',
  [DstGap.AUTO]: '',
  [DstGap.NEXT_VALID]: 'where the clocks leave a time out, fires at the first instant after it',
  [DstGap.SKIP]: 'where the clocks leave a time out, does not fire',
};

const foldWords: Readonly<Record<DstFold, string>> = {
  [DstFold.UNSPECIFIED]: '',
  [DstFold.AUTO]: '',
  [DstFold.FIRST]: 'where a time comes twice, fires the first time',
  [DstFold.SECOND]: 'where a time comes twice, fires the second time',
  [DstFold.BOTH]: 'where a time comes twice, fires both times',
};

const overlapWords: Readonly<Record<Overlap, string>> = {
  [Overlap.UNSPECIFIED]: '',
  [Overlap.ALLOW]: '',
  [Overlap.SKIP]: 'skips a fire while an earlier run is not at its end',
  [Overlap.BUFFER_ONE]: 'lets one run wait until the earlier one has ended, and skips others meanwhile',
};

const catchUpWords: Readonly<Record<CatchUp, string>> = {
  [CatchUp.UNSPECIFIED]: '',
  [CatchUp.ALL]: '',
  [CatchUp.LATEST]: 'of missed fires, runs the newest one alone',
  [CatchUp.NONE]: 'skips a run that has not been taken within a minute of its time',
};

/** What a schedule says that is not the default, in the words of docs/schedules.md; its error and its switch are no options. */
export function scheduleOptionWords(schedule: Schedule): string[] {
  const { dstGap, dstFold, overlap, catchUp, parameters = {} } = schedule;
  const jitterMs = schedule.jitter ? durationMs(schedule.jitter) : 0;
  const expireAfterMs = schedule.expireAfter ? durationMs(schedule.expireAfter) : 0;
  const words = [
    ...(goesByElapsedTime(schedule)
      ? []
      : [gapWords[dstGap] ?? unknown('dst_gap'), foldWords[dstFold] ?? unknown('dst_fold')]),
    jitterMs > 0 ? `starts runs up to ${lengthWords(jitterMs)} after their fire` : '',
    overlapWords[overlap] ?? unknown('overlap'),
    catchUpWords[catchUp] ?? unknown('catch_up'),
    expireAfterMs > 0 ? `skips a run that has not been taken ${lengthWords(expireAfterMs)} after its time` : '',
    parameterWords(parameters),
  ];
  return words.filter((text) => text !== '');
}

/** Changes of the clocks do nothing to it, so that what it says of them would be wrong in words. */
function goesByElapsedTime({ spec }: Schedule): boolean {
  return spec.case === 'interval' && spec.value.interval !== undefined && durationMs(spec.value.interval) < DAY_MS;
}

// A newer server may know more than this page.
function unknown(option: string): string {
  return `${option} of a kind not known here`;
}

function parameterWords(parameters: NonNullable<Schedule['parameters']>): string {
  const each = Object.entries(parameters).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  if (each.length === 0) return '';
  const text = each.join(', ');
  const shown = text.length > mostOfParameters ? `${text.slice(0, mostOfParameters)}…` : text;
  return `parameters over the deployment’s: ${shown}`;
}
