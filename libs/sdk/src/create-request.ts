import type { MessageInitShape, JsonObject as ProtoJson } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { CreateDeploymentRequestSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { DatabasePackager, encodeManifest, manifestEncoding } from '@millrace/packaging';
import type { ScheduleSpec } from './every.ts';
import { definitionOf } from './flow.ts';
import type { LoadedDeployment } from './load-deployments.ts';
import { jsonSchemaOf } from './parameter-schema.ts';

/** All that it takes to create a deployment. */
export interface CreateDeployment {
  /** For `DeploymentService`'s CreateDeployment or ApplyDeployments. */
  readonly request: MessageInitShape<typeof CreateDeploymentRequestSchema>;
  /** To be put by `StorageService.PutDocument` first. */
  readonly document: { readonly sha256: string; readonly bytes: Uint8Array };
}

/** Packages the flow of a deployment and says what to ask of the server. Throws a PackagingError if its code can't be packaged. */
export async function toCreateRequest(loaded: LoadedDeployment): Promise<CreateDeployment> {
  const { spec, file } = loaded;
  const { name, parameters, retries, retryDelays } = definitionOf(loaded.flow);
  const { manifest, document } = await (spec.packager ?? new DatabasePackager()).package({
    file,
    name,
    parameterSchema: parameters && jsonSchemaOf(parameters),
  });
  return {
    document,
    request: {
      flow: { case: 'flowName', value: name },
      name: loaded.name,
      flowData: { encoding: manifestEncoding, blob: encodeManifest(manifest) },
      schedules: spec.schedules.map(toSchedule),
      // JSON by construction: deployment() made it of JSON text.
      parameters: spec.parameters as ProtoJson,
      tags: [...spec.tags],
      ...(spec.flowRunner && {
        flowRunner: { type: spec.flowRunner.type, config: spec.flowRunner.config as ProtoJson },
      }),
      description: spec.description,
      priority: spec.priority,
      ...(retries > 0 && { retryPolicy: { maxRetries: retries, delays: retryDelays.map(durationFromMs) } }),
    },
  };
}

function toSchedule({ intervalMs, anchorMs, timezone, slug }: ScheduleSpec) {
  return {
    slug: slug ?? '',
    timezone: timezone ?? '',
    spec: {
      case: 'interval' as const,
      value: {
        interval: durationFromMs(intervalMs),
        ...(anchorMs !== undefined && { anchor: timestampFromMs(anchorMs) }),
      },
    },
  };
}
