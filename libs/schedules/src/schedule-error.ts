/** A schedule that can't fire: names the field and says what is accepted. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  /** "interval", "anchor", "cron", "rrule", "timezone", "dst_gap" or "dst_fold". */
  readonly field: string;
  /** What is wrong there, and what is accepted, for people. */
  readonly description: string;
  /** The character of an expression at which it goes wrong, from 1; undefined where it is not one place. */
  readonly position: number | undefined;

  constructor(field: string, description: string, position?: number) {
    super(`${field}: ${description}`);
    this.field = field;
    this.description = description;
    this.position = position;
  }
}
