import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { JsonObject } from '@millrace/packaging';
import { siteIn } from '../call-site.ts';
import { type DeploymentOptions, type DeploymentSpec, deployment } from '../deployment.ts';
import { LoadError } from '../errors.ts';
import { type FlowRunner, SubprocessFlowRunner, UniversalFlowRunner } from '../flow-runners.ts';
import { FlowScript } from '../flow-script.ts';
import { deploymentKeys, flowKeys, flowRunnerKeys } from './keys.ts';
import { readPackager } from './read-packager.ts';
import { readSchedules } from './read-schedules.ts';
import { YamlDocument, type YamlPath } from './yaml-document.ts';

/**
 * The deployments of a YAML file, one a document. Throws a {@link LoadError} with all that is wrong, each with its line
 * and column.
 */
export async function readYamlDeployments(file: string): Promise<DeploymentSpec[]> {
  const text = await readFile(file, 'utf8');
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const documents = [...parsed].map((document) => new YamlDocument(file, document, lines));
  // A file may end with the mark of a document that does not come.
  const wanted = documents.filter(({ value, problems }) => value !== null || problems.length > 0);
  const specs = wanted.flatMap((document) => {
    const spec = readDeployment(document, dirname(file));
    return spec ? { ...spec, madeAt: siteIn(file, document.line) } : [];
  });
  const problems = wanted.flatMap((document) => document.problems);
  if (problems.length > 0) throw new LoadError(problems.join('\n'));
  if (specs.length === 0) throw new LoadError(`no deployment was found in ${file}: it has no document`);
  return specs;
}

function readDeployment(document: YamlDocument, folder: string): DeploymentSpec | undefined {
  if (document.value === undefined) return undefined;
  const found = document.mapping(document.value, [], deploymentKeys);
  if (!found) return undefined;
  const flow = readFlow(document, found.flow, folder);
  const name = document.text(found.name, ['name']);
  const description = document.text(found.description, ['description']);
  const flowRunner = found.flow_runner === undefined ? undefined : readFlowRunner(document, found.flow_runner);
  const packager = found.packager === undefined ? undefined : readPackager(document, found.packager, folder);
  const schedules = readSchedules(document, found);
  const tags = found.tags === undefined ? [] : readTags(document, found.tags);
  const parameters = found.parameters === undefined ? {} : readParameters(document, found.parameters);
  if (!flow || document.problems.length > 0) return undefined;
  return document.attempt([], () =>
    deployment<Record<string, unknown>>({
      ...{ flow, schedules, tags, parameters },
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(flowRunner && { flowRunner }),
      ...(packager && { packager }),
      // Whatever it is: `deployment` says what is accepted.
      ...(found.priority !== undefined && { priority: found.priority as number }),
    } satisfies DeploymentOptions<Record<string, unknown>>),
  );
}

function readFlow(document: YamlDocument, value: unknown, folder: string): FlowScript | undefined {
  if (value === undefined) {
    document.refuse([], 'flow is missing: say where it is, as flow: { path: ./hello.ts }');
    return undefined;
  }
  const found = document.mapping(value, ['flow'], flowKeys);
  if (!found) return undefined;
  const path = document.text(found.path, ['flow', 'path']);
  const name = document.text(found.name, ['flow', 'name']);
  if (path === undefined) {
    if (found.path === undefined) document.refuse(['flow'], 'path is missing: the file that the flow is in');
    return undefined;
  }
  return document.attempt(
    ['flow'],
    () => new FlowScript({ path: path && resolve(folder, path), ...(name !== undefined && { name }) }),
  );
}

function readFlowRunner(document: YamlDocument, value: unknown): FlowRunner | undefined {
  const found = document.mapping(value, ['flow_runner'], flowRunnerKeys);
  if (!found) return undefined;
  const type = document.text(found.type, ['flow_runner', 'type']);
  const config = found.config === undefined ? {} : readJson(document, found.config, ['flow_runner', 'config']);
  if (type === undefined && found.type === undefined) document.refuse(['flow_runner'], 'type is missing: subprocess');
  if (type === undefined || !config) return undefined;
  return document.attempt(['flow_runner', 'config'], () => {
    if (type === 'subprocess') return new SubprocessFlowRunner(config);
    if (type === 'universal' && Object.keys(config).length === 0) return new UniversalFlowRunner();
    // Other types are those of agents; the server says what it knows of them.
    return { type, config };
  });
}

function readTags(document: YamlDocument, value: unknown): string[] {
  if (!Array.isArray(value)) {
    document.refuse(['tags'], 'must be a list');
    return [];
  }
  return value.flatMap((tag, at) => document.text(tag ?? null, ['tags', at]) ?? []);
}

function readParameters(document: YamlDocument, value: unknown): JsonObject {
  return readJson(document, value, ['parameters']) ?? {};
}

/** A mapping that JSON can hold. */
function readJson(document: YamlDocument, value: unknown, path: YamlPath): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    document.refuse(path, 'must be a mapping');
    return undefined;
  }
  const lost = findNonJson(value, path);
  if (lost) document.refuse(lost, 'is not a number that JSON has');
  return value as JsonObject;
}

/** Where there is an infinity or no number. */
function findNonJson(value: unknown, path: YamlPath): YamlPath | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return path;
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, each] of entries) {
    const found = findNonJson(each, [...path, key]);
    if (found) return found;
  }
  return undefined;
}
