import type { JsonObject, Packager } from '@millrace/packaging';
import { type CallSite, callSite } from './call-site.ts';
import type { CreatedDeployment } from './client/millrace-client.ts';
import { DefinitionError } from './errors.ts';
import { definitionOf, type Flow, isFlow } from './flow.ts';
import type { FlowRunner } from './flow-runners.ts';
import { type FlowScript, isFlowScript } from './flow-script.ts';
import { jsonParameters } from './json-parameters.ts';
import { currentLoading } from './loading.ts';
import { checkName } from './names.ts';
import { isPackageManifest, type PackageManifest } from './package-manifest.ts';
import { shown } from './schedules/accepted.ts';
import type { ScheduleSpec } from './schedules/schedule-spec.ts';
import { findBadSlug } from './schedules/slugs.ts';

/** What a deployment is to be. */
export interface DeploymentOptions<Input> {
  /** The flow, the name of one that the same file exports, where another file has it, or a package of it. */
  readonly flow: Flow<Input> | FlowScript | PackageManifest | string;
  /** Unique within the flow: 1 to 255 characters, none of `/ % & > <`. Default: the flow's name. */
  readonly name?: string;
  /** Given to the runs, unless a run brings its own; JSON. */
  readonly parameters?: Partial<Input>;
  /** Given to the runs; work queues select by them. At most 100. */
  readonly tags?: readonly string[];
  /** When runs are made without being asked for: what `every`, `cron` or `rrule` gives. */
  readonly schedule?: ScheduleSpec;
  /** As `schedule`, for several; each needs a `slug`. */
  readonly schedules?: readonly ScheduleSpec[];
  /** Where runs are executed. Default: universal; a deployment that exists keeps its own. */
  readonly flowRunner?: FlowRunner;
  /** For people. */
  readonly description?: string;
  /** 0 to 9, higher first in a work queue. Default 0. */
  readonly priority?: number;
  /** How the code is packaged. Default: `new DatabasePackager()`. */
  readonly packager?: Packager;
}

const deploymentKey = Symbol.for('millrace.deployment');

/** A deployment as a file declares it, checked. */
export interface DeploymentSpec {
  readonly [deploymentKey]: true;
  readonly flow: Flow | FlowScript | PackageManifest | string;
  /** Undefined: the flow's name, which is known once the flow has been loaded. */
  readonly name: string | undefined;
  readonly parameters: JsonObject;
  readonly tags: readonly string[];
  readonly schedules: readonly ScheduleSpec[];
  readonly flowRunner: FlowRunner | undefined;
  readonly description: string;
  readonly priority: number;
  readonly packager: Packager | undefined;
  /** Where it was made. */
  readonly madeAt: CallSite;
  /**
   * Creates it on a server, or brings it up to date there: what `millrace deployment create` does. Skipped, with a
   * warning, while a file is being loaded: loading creates nothing.
   *
   * @param client default: one as the settings of this process say
   */
  create(client?: DeploymentCreator): Promise<CreatedDeployment | undefined>;
}

/** What creates deployments: a `MillraceClient`. */
export interface DeploymentCreator {
  createDeployment(spec: DeploymentSpec): Promise<CreatedDeployment>;
}

/**
 * Declares a deployment of a flow: `millrace deployment create FILE` creates all that FILE declares.
 *
 * ```ts
 * export const daily = deployment({ flow: helloWorld, name: 'daily', schedule: every('1d'), tags: ['hello'] });
 * ```
 *
 * Throws a {@link DefinitionError} on options that can't be used.
 */
export function deployment<Input = never>(options: DeploymentOptions<Input>): DeploymentSpec {
  const { flow } = options;
  const flowName = nameOf(flow);
  const given = options.name ?? flowName;
  const name = given === undefined ? undefined : checkName('a deployment', given);
  const called = `${flowName ?? (isFlowScript(flow) ? flow.path : '')}/${name ?? ''}`;
  const refuse = (why: string) => new DefinitionError(`deployment '${called}': ${why}`);
  const unknown = Object.keys(options).find((key) => !optionNames.includes(key));
  if (unknown !== undefined) throw refuse(`there is no option '${unknown}'; there are ${optionNames.join(', ')}`);
  const { priority = 0 } = options;
  if (!Number.isInteger(priority) || priority < 0 || priority > 9)
    throw refuse(`priority must be a whole number from 0 to 9, not ${priority}`);
  const spec: DeploymentSpec = {
    [deploymentKey]: true,
    flow: flow as DeploymentSpec['flow'],
    name,
    parameters: jsonParameters(options.parameters ?? {}, refuse),
    tags: checkTags(options.tags ?? [], refuse),
    schedules: checkSchedules(options.schedule, options.schedules, refuse),
    flowRunner: options.flowRunner,
    description: options.description ?? '',
    priority,
    packager: options.packager,
    madeAt: callSite(deployment),
    create: (client) => createDeployment(spec, client),
  };
  currentLoading()?.deployments.add(spec);
  return spec;
}

async function createDeployment(spec: DeploymentSpec, client: DeploymentCreator | undefined) {
  const loading = currentLoading();
  if (loading) {
    loading.createCalled(spec.name ?? '');
    return undefined;
  }
  if (client) return client.createDeployment(spec);
  // Only where it is needed: most who declare deployments leave creating them to the command line.
  const { MillraceClient } = await import('./client/index.ts');
  using own = new MillraceClient();
  return await own.createDeployment(spec);
}

function nameOf(flow: unknown): string | undefined {
  if (typeof flow === 'string') return flow;
  if (isFlow(flow)) return definitionOf(flow).name;
  if (isFlowScript(flow)) return flow.name;
  if (isPackageManifest(flow)) return flow.flow_name;
  throw new DefinitionError(
    'a deployment needs a flow: one made by flow(), the name of one that the file exports, a FlowScript or a PackageManifest',
  );
}

/** Whether a value is a deployment, made by whichever copy of this package. */
export function isDeployment(value: unknown): value is DeploymentSpec {
  return typeof value === 'object' && value !== null && deploymentKey in value;
}

type Refuse = (why: string) => DefinitionError;

const optionNames = [
  'flow',
  'name',
  'parameters',
  'tags',
  'schedule',
  'schedules',
  'flowRunner',
  'description',
  'priority',
  'packager',
];

function checkTags(tags: readonly string[], refuse: Refuse): string[] {
  if (!Array.isArray(tags)) throw refuse('tags must be a list');
  if (tags.length > 100) throw refuse('at most 100 tags are accepted');
  for (const tag of tags)
    if (typeof tag !== 'string' || tag === '' || [...tag].length > 255)
      throw refuse(`a tag has 1 to 255 characters, unlike ${JSON.stringify(tag)}`);
  return [...new Set(tags)];
}

const scheduleKinds: readonly unknown[] = ['interval', 'cron', 'rrule'] satisfies ScheduleSpec['kind'][];

function checkSchedules(
  one: ScheduleSpec | undefined,
  several: readonly ScheduleSpec[] | undefined,
  refuse: Refuse,
): readonly ScheduleSpec[] {
  const makers = 'what every(), cron() or rrule() gives';
  const check = (schedule: ScheduleSpec, called: string) => {
    if (scheduleKinds.includes(schedule?.kind)) return;
    throw refuse(`${called} must be ${makers}, not ${shown(schedule)}`);
  };
  // Null is as left out, as for the other options.
  const single = one ?? undefined;
  if (single !== undefined) check(single, 'schedule');
  const schedules = several ?? [];
  if (!Array.isArray(schedules)) throw refuse(`schedules must be a list of ${makers}, not ${shown(schedules)}`);
  if (single && several) throw refuse('give either schedule or schedules');
  for (const [at, each] of schedules.entries()) check(each, `schedules[${at}]`);
  const bad = findBadSlug(schedules);
  if (bad) throw refuse(`schedules[${bad.at}].slug ${bad.why}`);
  return single ? [single] : schedules;
}
