import type { MessageInitShape, JsonObject as ProtoJson } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import type { CreateDeploymentRequestSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  DatabasePackager,
  encodeManifest,
  type JsonObject,
  manifestEncoding,
  type PackageManifest,
  type Packager,
  type PackagingContext,
} from '@millrace/packaging';
import { fileOf } from './call-site.ts';
import { definitionOf, type Flow } from './flow.ts';
import type { LoadedDeployment, LoadedFlow } from './load-deployments.ts';
import { jsonSchemaOf } from './parameter-schema.ts';
import { scheduleMessage } from './schedules/schedule-message.ts';
import { TypeSchemas } from './type-schema/type-schemas.ts';

/** What `DeploymentService`'s CreateDeployment and ApplyDeployments take. */
export type CreateRequest = MessageInitShape<typeof CreateDeploymentRequestSchema>;

/**
 * Packages the flows of deployments and says what to ask of the server, in the order given. A flow that several of them
 * package in the same way is packaged once. Throws a PackagingError if code can't be packaged.
 *
 * @param note told of flows whose parameters nothing is known of, once each
 */
export async function toCreateRequests(
  loaded: readonly LoadedDeployment[],
  context: PackagingContext,
  note: (line: string) => void = () => {},
): Promise<CreateRequest[]> {
  const packages = new Packages(context, note);
  return Promise.all(
    loaded.map(async (each) => requestOf(each, isPackaged(each) ? each.manifest : await packages.manifestOf(each))),
  );
}

class Packages {
  readonly #context: PackagingContext;
  readonly #standard = new DatabasePackager();
  readonly #made = new Map<Packager, Map<Flow, Promise<PackageManifest>>>();

  readonly #types = new TypeSchemas();
  readonly #schemas = new Map<Flow, Promise<JsonObject | undefined>>();
  readonly #note: (line: string) => void;

  constructor(context: PackagingContext, note: (line: string) => void) {
    this.#context = context;
    this.#note = note;
  }

  manifestOf({ spec, flow, file, exportName }: LoadedFlowDeployment): Promise<PackageManifest> {
    const packager = spec.packager ?? this.#standard;
    const byFlow = this.#made.get(packager) ?? new Map<Flow, Promise<PackageManifest>>();
    this.#made.set(packager, byFlow);
    const made = byFlow.get(flow) ?? this.#package({ packager, flow, file, exportName });
    byFlow.set(flow, made);
    return made;
  }

  async #package({ packager, flow, file, exportName }: FlowToPackage): Promise<PackageManifest> {
    const schema = this.#schemas.get(flow) ?? this.#schemaOf(flow, file);
    this.#schemas.set(flow, schema);
    const { name } = definitionOf(flow);
    return packager.package({ file, name, exportName, parameterSchema: await schema }, this.#context);
  }

  async #schemaOf(flow: Flow, file: string): Promise<JsonObject | undefined> {
    const { name, parameters, madeAt } = definitionOf(flow);
    if (parameters) return jsonSchemaOf(parameters);
    const found = await this.#types.schemaOf(fileOf(madeAt) ?? file, name);
    if ('schema' in found) return found.schema;
    this.#note(
      `The parameters of flow '${name}' are not checked: ${found.reason}. Any object is accepted; describe them by the ` +
        'option `parameters`, a schema such as zod makes, or by the type of its function in TypeScript.',
    );
    return undefined;
  }
}

type FlowToPackage = Pick<LoadedFlow, 'flow' | 'file' | 'exportName'> & { readonly packager: Packager };

type LoadedFlowDeployment = Extract<LoadedDeployment, { readonly flow: Flow }>;

function isPackaged(loaded: LoadedDeployment): loaded is Extract<LoadedDeployment, { manifest: PackageManifest }> {
  return loaded.manifest !== undefined;
}

async function requestOf(loaded: LoadedDeployment, manifest: PackageManifest): Promise<CreateRequest> {
  const { spec, flow } = loaded;
  const { retries, retryDelays } = flow ? definitionOf(flow) : { retries: 0, retryDelays: [] };
  return {
    flow: { case: 'flowName', value: manifest.flow_name },
    name: loaded.name,
    flowData: { encoding: manifestEncoding, blob: encodeManifest(manifest) },
    schedules: await Promise.all(spec.schedules.map(scheduleMessage)),
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
