import { DefinitionError } from '../errors.ts';
import { shown } from './accepted.ts';
import { checkOptions, readSwitch } from './read-terms.ts';
import type { ScheduleOptions } from './schedule-options.ts';
import type { CronSpec } from './schedule-spec.ts';

/** Options of {@link cron}. */
export interface CronOptions extends ScheduleOptions {
  /**
   * Where both the day of month and the day of week are restricted: whether either is enough (true, the default, as cron
   * has it) or both must match.
   */
  readonly dayOr?: boolean;
}

/**
 * A schedule that fires where the calendar and the clock of its timezone match an expression: five fields (minute, hour,
 * day of month, month, day of week), or six with seconds as the last one, or `@yearly`, `@monthly`, `@weekly`, `@daily`,
 * `@hourly`. What the fields say is checked by the server, and by `millrace schedule preview --cron '…'`.
 *
 * ```ts
 * cron('0 9 * * mon-fri', { timezone: 'Europe/Paris' });
 * cron('@daily', { slug: 'nightly', expireAfter: '6h' });
 * cron('0 12 13 * fri', { dayOr: false }); // Friday the 13th
 * ```
 *
 * Throws a {@link DefinitionError} on options that can't be used.
 */
export function cron(expression: string, options: CronOptions = {}): CronSpec {
  const terms = checkOptions(options, ['dayOr']);
  const { dayOr } = options;
  return {
    kind: 'cron',
    cron: readCron(expression),
    dayOr: dayOr === undefined ? undefined : readSwitch(dayOr, 'dayOr'),
    ...terms,
  };
}

/** The expression. Throws a {@link DefinitionError} where that can be none by its looks. */
export function readCron(value: unknown): string {
  if (typeof value === 'string') {
    const fields = value.trim().split(/\s+/);
    const isName = fields.length === 1 && fields[0]?.startsWith('@');
    if (isName || fields.length === 5 || fields.length === 6) return value.trim();
  }
  throw new DefinitionError(
    `${shown(value)} is not a cron expression: five fields (minute, hour, day of month, month, day of week), or six ` +
      "with seconds as the last one, or a name such as '@daily', are accepted",
  );
}
