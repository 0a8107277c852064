import type { Zone } from '@millrace/schedules';
import { instantOf, parseWrittenTime } from 'millrace/zoned-time';
import { UsageError } from './usage-error.ts';

/** The instant that a flag names: RFC 3339, or what the clocks of a zone show ("2026-03-29T02:30", or a date alone). */
export function readZonedTime(flag: string, text: string, zone: Zone): number {
  const written = parseWrittenTime(text);
  if (!written)
    throw new UsageError(`--${flag} ${text}: a time such as 2026-01-31T09:00, or 2026-01-31T09:00:00Z, is needed`);
  return 'instantMs' in written ? written.instantMs : instantOf(written.wallMs, zone);
}
