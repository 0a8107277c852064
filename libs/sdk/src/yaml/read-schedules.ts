import { readCron } from '../schedules/cron.ts';
import { noAnchor, readAnchor, readInterval } from '../schedules/every.ts';
import { readSwitch, readTerms } from '../schedules/read-terms.ts';
import { readRRule } from '../schedules/rrule.ts';
import type { ScheduleSpec } from '../schedules/schedule-spec.ts';
import { findBadSlug } from '../schedules/slugs.ts';
import { kindOfScheduleKey, scheduleKeys, scheduleKinds, snakeCase } from './keys.ts';
import type { YamlDocument, YamlPath } from './yaml-document.ts';

/** The schedules of a deployment: `schedule: { cron: 0 9 * * * }`, or `schedules`, a list of such. */
export function readSchedules(document: YamlDocument, found: Readonly<Record<string, unknown>>): ScheduleSpec[] {
  const { schedule, schedules } = found;
  if (schedule !== undefined && schedules !== undefined) {
    document.refuse(['schedules'], 'give either schedule or schedules');
    return [];
  }
  if (schedule !== undefined) return [readSchedule(document, schedule, ['schedule'])].flatMap((read) => read ?? []);
  if (schedules === undefined) return [];
  if (Array.isArray(schedules)) {
    const read = schedules.flatMap((each, at) => readSchedule(document, each, ['schedules', at]) ?? []);
    // Without those that can't be read, the others' places would be wrong.
    const bad = read.length === schedules.length ? findBadSlug(read) : undefined;
    if (bad) document.refuse(['schedules', bad.at, 'slug'], bad.why);
    return read;
  }
  document.refuse(['schedules'], 'must be a list');
  return [];
}

function readSchedule(document: YamlDocument, value: unknown, path: YamlPath): ScheduleSpec | undefined {
  const found = document.mapping(value, path, scheduleKeys);
  if (!found) return undefined;
  const kind = readKind(document, found, path);
  const terms = readTerms((name, read) => {
    const key = snakeCase(name);
    const given = found[key];
    return given === undefined ? undefined : document.attempt([...path, key], () => read(given, key, 'yaml'));
  });
  const take = <T>(key: string, read: (given: unknown) => T) =>
    found[key] === undefined ? undefined : document.attempt([...path, key], () => read(found[key]));
  switch (kind) {
    case 'interval': {
      const anchor = take('anchor', (given) => readAnchor(given, 'yaml')) ?? noAnchor;
      const intervalMs = take('interval', (given) => readInterval(given, 'yaml'));
      return intervalMs === undefined ? undefined : { kind, intervalMs, ...anchor, ...terms };
    }
    case 'cron': {
      const dayOr = take('day_or', (given) => readSwitch(given, 'day_or'));
      const cron = take('cron', readCron);
      return cron === undefined ? undefined : { kind, cron, dayOr, ...terms };
    }
    case 'rrule': {
      const rrule = take('rrule', readRRule);
      return rrule === undefined ? undefined : { kind, rrule, ...terms };
    }
    default:
      return undefined;
  }
}

/** The one kind that is there, with no other kind's keys. */
function readKind(document: YamlDocument, found: Readonly<Record<string, unknown>>, path: YamlPath) {
  const [kind, other] = scheduleKinds.filter((each) => found[each] !== undefined);
  if (kind === undefined || other !== undefined) {
    const which = `one of ${scheduleKinds.slice(0, -1).join(', ')} and ${scheduleKinds.at(-1)}`;
    if (kind === undefined) document.refuse(path, `${which} is needed`);
    else document.refuse([...path, other ?? kind], `only ${which} can be given`);
    return undefined;
  }
  for (const [key, of] of Object.entries(kindOfScheduleKey))
    if (found[key] !== undefined && of !== kind) document.refuse([...path, key], `is for a schedule with ${of}`);
  return kind;
}
