import type { JsonObject } from '@millrace/packaging';
import { catchUps, dstFolds, dstGaps, overlaps } from '../schedules/read-terms.ts';
import {
  deploymentKeys,
  flowKeys,
  flowRunnerKeys,
  kindOfScheduleKey,
  packagerKeys,
  packagerTypes,
  scheduleKeys,
  scheduleKinds,
  serializerKeys,
  serializerTypes,
} from './keys.ts';

/** JSON Schema (draft-07, as editors have it) of a deployment in YAML. */
export function yamlSchema(): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Millrace deployment',
    ...mapping(deploymentKeys, {
      name: text('The name; unique within the flow. Default: the name of the flow.'),
      flow: {
        description: 'Where the flow is.',
        required: ['path'],
        ...mapping(flowKeys, {
          path: text('The file, relative to this one.'),
          name: text('The name of the flow. Default: the only one in the file.'),
        }),
      },
      flow_runner: {
        description: 'Where runs are executed. Default: universal.',
        required: ['type'],
        ...mapping(flowRunnerKeys, {
          type: text('universal, subprocess, or another that agents have.'),
          config: { type: 'object', description: 'The options of the runner.' },
        }),
      },
      packager: {
        description: 'How the code is packaged. Default: database.',
        required: ['type'],
        ...mapping(packagerKeys, {
          type: { enum: packagerTypes },
          serializer: {
            description: 'How the code becomes bytes. Default: source.',
            oneOf: [
              { enum: serializerTypes },
              {
                required: ['type'],
                ...mapping(serializerKeys, {
                  type: { enum: serializerTypes },
                  module: text('Of import: the module to import instead of the file.'),
                  external: { ...texts, description: 'Of bundle: packages that are left out.' },
                }),
              },
            ],
          },
          storage: text('Of file: the name of a storage of the server.'),
          base_path: text('Of file: a folder, relative to this file; with a storage, what keys begin with.'),
        }),
      },
      parameters: { type: 'object', description: 'Given to the runs, unless a run brings its own.' },
      schedule: { ...scheduleSchema(), description: 'When runs are made without being asked for.' },
      schedules: {
        type: 'array',
        items: scheduleSchema(),
        description: 'As schedule, for several; each needs a slug.',
      },
      tags: { ...texts, description: 'Given to the runs; work queues select by them.' },
      description: text('For people.'),
      priority: { type: 'integer', minimum: 0, maximum: 9, description: 'Higher first in a work queue. Default 0.' },
    }),
    required: ['flow'],
  };
}

const texts = { type: 'array', items: { type: 'string' } };

function scheduleSchema(): JsonObject {
  return {
    oneOf: scheduleKinds.map((kind) => ({ required: [kind] })),
    dependencies: Object.fromEntries(Object.entries(kindOfScheduleKey).map(([key, kind]) => [key, [kind]])),
    ...mapping(scheduleKeys, {
      interval: duration('Fires each so much.'),
      cron: text('Fires where the clock matches: minute, hour, day of month, month, day of week; as 0 9 * * mon-fri.'),
      rrule: text('Fires by a recurrence rule of RFC 5545, as FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0.'),
      anchor: text(
        'Of interval: a time at which it fires, as 2026-01-31T09:00 in the timezone, or 2026-01-31T09:00:00Z.',
      ),
      day_or: {
        type: 'boolean',
        description: 'Of cron: whether either of day of month and day of week is enough. Default: true.',
      },
      timezone: text('IANA name of the zone. Default: UTC.'),
      slug: text('Names the schedule among several.'),
      active: { type: 'boolean', description: 'Whether it fires. Default: as an operator left it.' },
      parameters: { type: 'object', description: "Laid over the deployment's, for the runs of this schedule." },
      dst_gap: { enum: dstGaps, description: 'What becomes of a time that the clocks leave out. Default: auto.' },
      dst_fold: { enum: dstFolds, description: 'What becomes of a time that comes twice. Default: auto.' },
      jitter: duration('Runs start up to so much after their fire. Default: none.'),
      overlap: { enum: overlaps, description: 'While an earlier run is not at its end. Default: allow.' },
      catch_up: { enum: catchUps, description: 'What becomes of fires that were missed. Default: all.' },
      expire_after: duration('A run not taken so long after its time is skipped. Default: none is.'),
    }),
  };
}

function duration(description: string): JsonObject {
  return { type: ['number', 'string'], description: `${description} Seconds, or a text such as 1h30m or 1d.` };
}

function text(description: string): JsonObject {
  return { type: 'string', description };
}

/** A mapping of exactly these keys. Throws where one is described that there is not, or the other way round. */
function mapping(keys: readonly string[], properties: Readonly<Record<string, JsonObject>>): JsonObject {
  const described = Object.keys(properties);
  const odd = [...keys.filter((key) => !described.includes(key)), ...described.filter((key) => !keys.includes(key))];
  if (odd.length > 0) throw new TypeError(`the schema of YAML and its reader differ in: ${odd.join(', ')}`);
  return { type: 'object', additionalProperties: false, properties };
}
