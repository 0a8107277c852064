import type { JsonObject } from '@millrace/packaging';
import {
  deploymentKeys,
  flowKeys,
  flowRunnerKeys,
  packagerKeys,
  packagerTypes,
  scheduleKeys,
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
    required: ['interval'],
    ...mapping(scheduleKeys, {
      interval: { type: ['number', 'string'], description: 'Seconds, or a text such as 1h30m or 1d.' },
      anchor: text('An instant at which it fires, as 2026-01-31T09:00:00Z.'),
      timezone: text('IANA name of the zone. Default: UTC.'),
      slug: text('Names the schedule among several.'),
    }),
  };
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
