import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A point in time where the reader is; its tooltip has it exactly. */
export function Instant({ at }: { readonly at: Timestamp | undefined }) {
  if (!at) return <span>–</span>;
  const date = timestampDate(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {format.format(date)}
    </time>
  );
}
