import { create } from '@bufbuild/protobuf';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import { ApplyDeploymentsResponseSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { MillraceError } from '@millrace/rpc/errors';
import { serviceUrls } from '@millrace/settings';
import { type LoadedDeployment, loadDeployments } from 'millrace';
import { MillraceClient } from 'millrace/client';
import type { Invocation } from '../command.ts';
import { consoleToStderr } from '../console-to-stderr.ts';
import { scriptTeller } from '../dev/loaded-scripts.ts';
import { explainError } from '../explain-error.ts';
import type { Output } from '../output.ts';
import { collectPages } from '../pages.ts';
import { servesDeployment } from '../queue-match.ts';
import { shellWord } from '../shell-word.ts';
import { shortPath } from '../short-path.ts';
import { languageOf } from '../source-language.ts';
import { tellPlan } from '../tell-plan.ts';
import { CommandError } from '../usage-error.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const say = (line: string) => {
    if (!output.json) output.line(line);
  };
  const warn = (warning: string) => output.note(`warning: ${warning}`);
  const loaded = await loadAll(input.arguments, { say, warn, onScript: scriptTeller() });
  refuseDuplicates(loaded);
  if (input.on('dry-run')) return showPlan(loaded, { output, settings });
  for (const { name, flowName, ...code } of loaded) {
    say(`Creating deployment '${name}' for flow '${flowName}'...`);
    if (code.flow)
      say(`Deploying flow script from '${shortPath(code.file)}' using ${placeOf(code.spec.packager?.type)}...`);
    else say(`Deploying the flow's package, of type '${code.manifest.type}'...`);
  }
  using client = new MillraceClient({ urls: serviceUrls(settings), actor: 'cli' });
  const results = await client.createDeployments(loaded, { note: (line) => output.note(line) }).catch((error) => {
    throw namingDeployments(error, loaded);
  });
  if (output.json) {
    await output.reply(ApplyDeploymentsResponseSchema, create(ApplyDeploymentsResponseSchema, { results }));
    return;
  }
  for (const { deployment, created } of results) {
    say(`${created ? 'Created' : 'Updated'} deployment '${nameOf(deployment)}'.`);
    say('View your new deployment with:');
    say(`    millrace deployment inspect ${quoted(nameOf(deployment))}`);
  }
  await tellUnserved(
    client,
    results.map(({ deployment }) => deployment),
    output,
  );
}

async function showPlan(
  loaded: readonly LoadedDeployment[],
  { output, settings }: Pick<Invocation, 'output' | 'settings'>,
): Promise<undefined> {
  using client = new MillraceClient({ urls: serviceUrls(settings), actor: 'cli' });
  const plan = await client.planDeployments(loaded).catch((error) => {
    throw namingDeployments(error, loaded);
  });
  if (output.json) await output.reply(ApplyDeploymentsResponseSchema, create(ApplyDeploymentsResponseSchema, { plan }));
  else tellPlan(plan, output);
}

interface Voices {
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly onScript: (file: string) => void;
}

/** The deployments of all files; where some can't be loaded, one error that tells about all of these. */
async function loadAll(paths: readonly string[], { say, warn, onScript }: Voices): Promise<LoadedDeployment[]> {
  const loaded: LoadedDeployment[] = [];
  const failures: (readonly string[])[] = [];
  using _ = consoleToStderr();
  for (const path of paths) {
    say(`Loading deployment specifications from ${languageOf(path)} file at '${path}'...`);
    try {
      loaded.push(...(await loadDeployments(path, { warn, onScript })));
    } catch (error) {
      failures.push((await explainError(error)).lines);
    }
  }
  const [first = [], ...others] = failures;
  const [headline = '', ...rest] = first;
  if (failures.length > 0)
    throw new CommandError(headline.replace(/^error: /, ''), [...rest, ...others.flat(), 'No deployment was created.']);
  return loaded;
}

/** Where a packager of that type keeps packages, in words. */
function placeOf(packager = 'database'): string {
  if (packager === 'database') return "the server's database";
  return packager === 'file' ? 'File Storage' : `'${packager}'`;
}

function refuseDuplicates(loaded: readonly LoadedDeployment[]): void {
  const seen = new Map<string, string>();
  for (const { name: own, flowName, definedIn, line } of loaded) {
    const name = `${flowName}/${own}`;
    const other = seen.get(name);
    const place = line === undefined ? shortPath(definedIn) : `${shortPath(definedIn)}:${line}`;
    if (other !== undefined)
      throw new CommandError(`deployment '${name}' is defined twice, in ${other} and in ${place}`, [
        'Give one of them another name. No deployment was created.',
      ]);
    seen.set(name, place);
  }
}

/** The server knows the deployments by their place in the request; people know them by name. */
function namingDeployments(error: unknown, loaded: readonly LoadedDeployment[]): unknown {
  if (!(error instanceof MillraceError) || error.violations.length === 0) return error;
  const lines = error.violations.map(({ field, description }) => {
    const [, index, path] = /^deployments\[(\d+)\]\.?(.*)$/.exec(field) ?? [];
    const at = index === undefined ? undefined : loaded[Number(index)];
    const what = at ? `deployment '${at.flowName}/${at.name}'` : field;
    return `  ${[what, at && path].filter(Boolean).join(', ')}: ${description}`;
  });
  return new CommandError('the server refused what was asked for', [...lines, 'No deployment was created.']);
}

/** A deployment that no queue serves would never run: says so, and what to do. */
async function tellUnserved(client: MillraceClient, deployments: readonly Deployment[], output: Output): Promise<void> {
  const queues = await collectPages(async (pageSize, pageToken) => {
    const page = await client.workQueues.listWorkQueues({ pageSize, pageToken });
    return { items: page.workQueues, nextPageToken: page.nextPageToken };
  }).catch(() => undefined);
  // The deployments are created; not knowing the queues is no failure of that.
  if (!queues) return;
  const unserved = deployments.filter(
    (deployment) => !queues.items.some((queue) => servesDeployment(queue, deployment)),
  );
  if (unserved.length === 0) return;
  const taken = queues.items.some(({ name }) => name === 'default');
  output.note(
    `No work queue serves ${unserved.map((each) => `'${nameOf(each)}'`).join(', ')}: runs wait until one does.`,
  );
  output.note('Create one with:');
  output.note(`    millrace work-queue create ${taken ? 'everything' : 'default'}`);
}

function nameOf(deployment: Deployment): string {
  return `${deployment.flowName}/${deployment.name}`;
}

/** In quotes whether needed or not, as in the documentation. */
function quoted(name: string): string {
  const word = shellWord(name);
  return word.startsWith("'") ? word : `'${word}'`;
}
