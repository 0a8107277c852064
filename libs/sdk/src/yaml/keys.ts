// What a deployment in YAML may say: read by the reader, and by the schema for editors.

import { scheduleOptionNames } from '../schedules/read-terms.ts';

export const deploymentKeys = [
  ...['name', 'flow', 'flow_runner', 'packager', 'parameters', 'schedule', 'schedules', 'tags'],
  ...['description', 'priority'],
];
export const flowKeys = ['path', 'name'];
export const flowRunnerKeys = ['type', 'config'];
export const packagerKeys = ['type', 'serializer', 'storage', 'base_path'];
export const packagerTypes = ['database', 'file'];
export const serializerKeys = ['type', 'module', 'external'];
export const serializerTypes = ['source', 'import', 'bundle'];
/** The kinds of schedules: exactly one of these is given. */
export const scheduleKinds = ['interval', 'cron', 'rrule'];
/** What only one kind of schedule has. */
export const kindOfScheduleKey = { anchor: 'interval', day_or: 'cron' } as const;
export const scheduleKeys = [
  ...scheduleKinds,
  ...Object.keys(kindOfScheduleKey),
  ...scheduleOptionNames.map((name) => snakeCase(name)),
];

/** As an option of the SDK is called in YAML. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
