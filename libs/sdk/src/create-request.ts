import type { MessageInitShape, JsonObject as ProtoJson } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { CreateDeploymentRequestSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  DatabasePackager,
  encodeManifest,
  manifestEncoding,
  type PackageManifest,
  type Packager,
  type PackagingContext,
} from '@millrace/packaging';
import type { ScheduleSpec } from './every.ts';
import { definitionOf, type Flow } from './flow.ts';
import type { LoadedDeployment } from './load-deployments.ts';
import { jsonSchemaOf } from './parameter-schema.ts';

/** What `DeploymentService`'s CreateDeployment and ApplyDeployments take. */
export type CreateRequest = MessageInitShape<typeof CreateDeploymentRequestSchema>;

/**
 * Packages the flows of deployments and says what to ask of the server, in the order given. A flow that several of them
 * package in the same way is packaged once. Throws a PackagingError if code can't be packaged.
 */
export async function toCreateRequests(
  loaded: readonly LoadedDeployment[],
  context: PackagingContext,
): Promise<CreateRequest[]> {
  const packages = new Packages(context);
  return Promise.all(
    loaded.map(async (each) => requestOf(each, isPackaged(each) ? each.manifest : await packages.manifestOf(each))),
  );
}

class Packages {
  readonly #context: PackagingContext;
  readonly #standard = new DatabasePackager();
  readonly #made = new Map<Packager, Map<Flow, Promise<PackageManifest>>>();

  constructor(context: PackagingContext) {
    this.#context = context;
  }

  manifestOf({ spec, flow, file, exportName }: LoadedFlowDeployment): Promise<PackageManifest> {
    const packager = spec.packager ?? this.#standard;
    const byFlow = this.#made.get(packager) ?? new Map<Flow, Promise<PackageManifest>>();
    this.#made.set(packager, byFlow);
    const { name, parameters } = definitionOf(flow);
    const parameterSchema = parameters && jsonSchemaOf(parameters);
    const made = byFlow.get(flow) ?? packager.package({ file, name, exportName, parameterSchema }, this.#context);
    byFlow.set(flow, made);
    return made;
  }
}

type LoadedFlowDeployment = Extract<LoadedDeployment, { readonly flow: Flow }>;

function isPackaged(loaded: LoadedDeployment): loaded is Extract<LoadedDeployment, { manifest: PackageManifest }> {
  return loaded.manifest !== undefined;
}

function requestOf(loaded: LoadedDeployment, manifest: PackageManifest): CreateRequest {
  const { spec, flow } = loaded;
  const { retries, retryDelays } = flow ? definitionOf(flow) : { retries: 0, retryDelays: [] };
  return {
    flow: { case: 'flowName', value: manifest.flow_name },
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
