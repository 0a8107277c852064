import type { JsonObject } from '@millrace/packaging';
import { DefinitionError } from '../errors.ts';
import { jsonParameters } from '../json-parameters.ts';
import { checkName } from '../names.ts';
import { either, hintFor, shown } from './accepted.ts';
import { type Language, readDuration, shownDuration } from './read-duration.ts';
import type { CatchUp, DstFold, DstGap, Overlap, ScheduleOptions } from './schedule-options.ts';
import type { ScheduleTerms } from './schedule-spec.ts';

export const dstGaps: readonly DstGap[] = ['auto', 'next-valid', 'skip'];
export const dstFolds: readonly DstFold[] = ['auto', 'first', 'second', 'both'];
export const overlaps: readonly Overlap[] = ['allow', 'skip', 'buffer-one'];
export const catchUps: readonly CatchUp[] = ['all', 'latest', 'none'];

/** The names of {@link ScheduleOptions}. */
export const scheduleOptionNames = [
  ...(['slug', 'timezone', 'active', 'parameters', 'dstGap', 'dstFold', 'jitter', 'overlap', 'catchUp'] as const),
  'expireAfter',
] as const satisfies readonly (keyof ScheduleOptions)[];

const DAY_MS = 86_400_000;
/** The longest interval that the server takes, and the longest time after which a run expires. */
export const TEN_YEARS_MS = 3_650 * DAY_MS;

/** Reads a value. @param called what its option is called where it was given */
export type ReadValue<T> = (value: unknown, called: string, language: Language) => T;

/** Gives what `read` makes of an option; undefined where it was not given. */
export type TakeOption = <T>(name: keyof ScheduleOptions, read: ReadValue<T>) => T | undefined;

/** What schedules of each kind have, each option checked as it is taken. */
export function readTerms(take: TakeOption): ScheduleTerms {
  return {
    slug: take('slug', (slug) => checkName('a schedule', slug)),
    timezone: take('timezone', readTimezone),
    active: take('active', readSwitch),
    parameters: take('parameters', readParameters),
    dstGap: take('dstGap', oneOf(dstGaps)),
    dstFold: take('dstFold', oneOf(dstFolds)),
    jitterMs: take('jitter', readJitter),
    overlap: take('overlap', oneOf(overlaps)),
    catchUp: take('catchUp', oneOf(catchUps)),
    expireAfterMs: take('expireAfter', readExpireAfter),
  };
}

/**
 * Checks the options of a schedule as a program gives them. Throws a {@link DefinitionError} that names the one that can't
 * be used.
 *
 * @param own the names of what only this kind of schedule has
 */
export function checkOptions(options: ScheduleOptions, own: readonly string[] = []): ScheduleTerms {
  if (typeof options !== 'object' || options === null)
    throw new DefinitionError(`a schedule's options must be an object, not ${shown(options)}`);
  const known = [...scheduleOptionNames, ...own];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new DefinitionError(`a schedule has no option '${unknown}'; ${hintFor(unknown, known)}`);
  return readTerms((name, read) => {
    return options[name] === undefined ? undefined : read(options[name], name, 'typescript');
  });
}

/** True or false. */
export function readSwitch(value: unknown, called: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new DefinitionError(`a schedule's ${called} must be true or false, not ${shown(value)}`);
}

function oneOf<T extends string>(accepted: readonly T[]): ReadValue<T> {
  return (value, called) => {
    const found = accepted.find((each) => each === value);
    if (found !== undefined) return found;
    throw new DefinitionError(`a schedule's ${called} must be ${either(accepted)}, not ${shown(value)}`);
  };
}

function readTimezone(value: unknown): string {
  if (typeof value === 'string' && isTimezone(value)) return value;
  throw new DefinitionError(
    `there is no timezone ${shown(value)}; IANA names such as 'Europe/Berlin' or 'UTC' are accepted`,
  );
}

function isTimezone(name: string): boolean {
  // "+02:00" is something that Intl takes, but it is no zone: it knows nothing of summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function readParameters(value: unknown): JsonObject {
  return jsonParameters(value, (why) => new DefinitionError(`a schedule's ${why}`));
}

function readJitter(value: unknown, called: string, language: Language): number {
  const ms = readDuration(value, called, language);
  if (ms <= DAY_MS) return ms;
  throw new DefinitionError(`a schedule's ${called} must be at most 1d, not ${shownDuration(value, language)}`);
}

function readExpireAfter(value: unknown, called: string, language: Language): number {
  const ms = readDuration(value, called, language);
  if (ms >= 1000 && ms <= TEN_YEARS_MS) return ms;
  throw new DefinitionError(`a schedule's ${called} must be from 1s to 3650d, not ${shownDuration(value, language)}`);
}
