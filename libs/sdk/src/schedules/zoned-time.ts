import type { Zone } from '@millrace/schedules';

/** A time as people write it: an instant or, where no offset is said, what the clocks of some zone show. */
export type WrittenTime =
  | { readonly instantMs: number }
  /** As the milliseconds that clocks in UTC showing the same would have. */
  | { readonly wallMs: number };

/**
 * Reads "2026-03-29T02:30:00Z", or "2026-03-29T02:30", or a date alone; seconds may be left out of both. Undefined where
 * the text is none of these, or names a time that there is not.
 */
export function parseWrittenTime(text: string): WrittenTime | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (!match) return undefined;
  const [, date, time = '00:00', seconds = ':00', offset] = match;
  const ms = parseRfc3339(`${date}T${time}${seconds}${offset ?? 'Z'}`);
  if (ms === undefined) return undefined;
  return offset === undefined ? { wallMs: ms } : { instantMs: ms };
}

/** Milliseconds since 1970 of an RFC 3339 time; undefined where the text is none, or names a day that is none. */
export function parseRfc3339(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day] = match.map(Number);
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCDate() !== day || date.getUTCMonth() + 1 !== month) return undefined;
  const ms = Date.parse(text.toUpperCase());
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * The instant at which the clocks of a zone show a time. Of two such instants it is the first; of a time that the clocks
 * leave out, the first one after it.
 */
export function instantOf(wallMs: number, zone: Zone): number {
  // No zone is further from UTC than this.
  let stretch = zone.stretchAt(wallMs - 2 * 86_400_000);
  while (wallMs - stretch.offset >= stretch.end) {
    const next = zone.stretchAt(stretch.end);
    // The end of time has nothing after it.
    if (next.start === stretch.start) break;
    stretch = next;
  }
  return Math.max(wallMs - stretch.offset, stretch.start);
}
