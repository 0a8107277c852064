import { MillraceError } from '@millrace/rpc/errors';
import { CommandError } from './usage-error.ts';

// Of requests about the schedules of a deployment.
const options: ReadonlyMap<string, string> = new Map([
  ['start_time', '--from'],
  ['end_time', '--until'],
  ['schedule_slug', '--schedule'],
  ['slug', '--schedule'],
  ['max_runs', '--max-runs'],
]);

/** Throws what the server said of the fields of a request as said of the options that they came from. */
export function namingOptions(error: unknown): never {
  if (!(error instanceof MillraceError) || error.violations.length === 0) throw error;
  const named = (text: string) => text.replace(/\b[a-z]+(_[a-z]+)+\b/g, (field) => options.get(field) ?? field);
  const lines = error.violations.map(({ field, description }) => {
    const option = options.get(field) ?? field;
    return option ? `  ${option}: ${named(description)}` : `  ${named(description)}`;
  });
  throw new CommandError('the server refused what was asked for', lines);
}
