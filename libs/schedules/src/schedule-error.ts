/** A schedule that can't fire: names the field and says what is accepted. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  /** "interval", "anchor" or "timezone". */
  readonly field: string;
  /** What is accepted there, for people. */
  readonly description: string;

  constructor(field: string, description: string) {
    super(`${field}: ${description}`);
    this.field = field;
    this.description = description;
  }
}
