import { durationMs, durationTexts } from '../durations.ts';
import { DefinitionError } from '../errors.ts';
import { shown } from './accepted.ts';

/** In which a schedule is written; it decides what a bare number is, and what a message offers. */
export type Language = 'typescript' | 'yaml';

// As on the concept page, a bare number in YAML is seconds.
const bareNumbers = {
  typescript: { unit: 'milliseconds', accepted: 'whole milliseconds' },
  yaml: { unit: 'seconds', accepted: 'seconds' },
};

/** The duration in milliseconds. Throws a {@link DefinitionError} that names the option where it is none. */
export function readDuration(value: unknown, called: string, language: Language): number {
  const given = language === 'yaml' && typeof value === 'number' ? Math.round(value * 1_000) : value;
  const ms = durationMs(given);
  if (ms !== undefined) return ms;
  throw new DefinitionError(
    `a schedule's ${called} must be a duration, not ${shown(value)}: ` +
      `${bareNumbers[language].accepted}, or ${durationTexts}, is accepted`,
  );
}

/** A duration as it was written, with the unit where that was left to be known. */
export function shownDuration(value: unknown, language: Language): string {
  return typeof value === 'number' ? `${value} ${bareNumbers[language].unit}` : shown(value);
}
