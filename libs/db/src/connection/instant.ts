/** Epoch milliseconds, fractions included, as Postgres reads a timestamptz to the microsecond. */
export function toInstant(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.round((ms - whole) * 1000);
  if (micros === 1000) return toInstant(whole + 1);
  const iso = new Date(whole).toISOString();
  return `${iso.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

/** `toInstant` where there may be nothing. */
export function toInstantOrNull(ms: number | null): string | null {
  return ms === null ? null : toInstant(ms);
}

/** A timestamptz in Postgres's ISO style with zone UTC ("2026-01-01 00:00:00.123456+00") as epoch milliseconds. */
export function fromInstant(text: string): number {
  const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  if (!match) throw new RangeError(`not a timestamp in UTC: ${text}`);
  const [, date, time, fraction = ''] = match;
  return Date.parse(`${date}T${time}Z`) + Number(fraction.padEnd(6, '0')) / 1000;
}
