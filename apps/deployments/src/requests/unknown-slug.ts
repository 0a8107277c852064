import { invalidArgument } from '@millrace/rpc/errors';

/** The error of a request that names a schedule that its deployment has not. */
export function unknownSlug(slug: string, slugs: readonly string[]) {
  const there = slugs.length > 0 ? slugs.map((each) => JSON.stringify(each)).join(', ') : 'no schedule';
  const description = `${JSON.stringify(slug)} is none of the deployment's schedules; there is ${there}`;
  return invalidArgument([{ field: 'schedule_slug', description }]);
}
