import { expect, test } from 'vitest';
import type { Rule } from '../rule.ts';
import { budgets } from '../rules/budgets.ts';
import { cycles } from '../rules/cycles.ts';
import { declared } from '../rules/declared.ts';
import { exportsOnly } from '../rules/exports.ts';
import { graphIsAlive } from '../rules/graph-is-alive.ts';
import { housedPackages } from '../rules/housed-packages.ts';
import { layers } from '../rules/layers.ts';
import { names } from '../rules/names.ts';
import { reach } from '../rules/reach.ts';
import { rpcFiles } from '../rules/rpc-files.ts';
import { tags } from '../rules/tags.ts';
import { rules } from '../rules.ts';
import { foundBy, tinyWorkspace, withManifest } from './tiny-workspace.ts';

const orchestrator = 'apps/orchestrator/src/start.ts';
const tagged = (...of: string[]) => ({ nx: { tags: of } });

test.for([graphIsAlive, ...rules.filter((rule) => rule !== budgets)])(
  '$name: a sound workspace keeps to it',
  (rule) => {
    expect(foundBy(rule, {})).toEqual([]);
  },
);

interface Case {
  readonly planted: string;
  readonly rule: Rule;
  readonly files: Parameters<typeof foundBy>[1];
  /** Beginning with file and line. */
  readonly finds: RegExp;
}

const cases: readonly Case[] = [
  {
    planted: 'a project without tags',
    rule: tags,
    files: withManifest('libs/schedules/package.json', tagged('env:any')),
    finds: /^libs\/schedules\/package.json:1 .* layer: none; give it exactly one of layer:contract/,
  },
  {
    planted: 'a project with two layers',
    rule: tags,
    files: withManifest('libs/schedules/package.json', tagged('layer:domain', 'layer:base', 'env:any')),
    finds: /layer: domain, base; give it exactly one/,
  },
  {
    planted: 'an environment that is none',
    rule: tags,
    files: withManifest('libs/schedules/package.json', tagged('layer:domain', 'env:deno')),
    finds: /env: deno; give it exactly one of env:any, env:node, env:browser/,
  },
  {
    planted: 'tests without a target',
    rule: tags,
    files: { 'libs/schedules/src/next.test.ts': '' },
    finds: /^libs\/schedules\/package.json:1 .* has tests that npm run check would not run/,
  },
  {
    planted: 'a service that imports a service',
    rule: layers,
    files: { [orchestrator]: "const a = 1;\nimport { start } from '@millrace/scheduler';" },
    finds: /^apps\/orchestrator\/src\/start.ts:2 .*services never use each other/,
  },
  {
    planted: 'a service that declares a service',
    rule: layers,
    files: withManifest('apps/orchestrator/package.json', { dependencies: { '@millrace/scheduler': '*' } }),
    finds: /^apps\/orchestrator\/package.json:1 .*services never use each other/,
  },
  {
    planted: 'schedules that import db',
    rule: layers,
    files: { 'libs/schedules/src/index.ts': "export { read } from '@millrace/db';" },
    finds: /^libs\/schedules\/src\/index.ts:1 .*layer:domain may use contract/,
  },
  {
    planted: 'a type of db in orchestration',
    rule: layers,
    files: { 'libs/orchestration/src/index.ts': "import type { read } from '@millrace/db';" },
    finds: /^libs\/orchestration\/src\/index.ts:1 /,
  },
  {
    planted: 'the contract in a domain at run time',
    rule: layers,
    files: { 'libs/schedules/src/index.ts': "import { State } from '@millrace/contracts';" },
    finds: /use `import type`/,
  },
  {
    planted: 'an example that knows more than users do',
    rule: layers,
    files: {
      'examples/hello/package.json': { name: 'hello', ...tagged('layer:edge', 'env:node') },
      'examples/hello/hello.ts': "import { now } from '@millrace/clock';",
    },
    finds: /^examples\/hello\/hello.ts:1 .*an example is what a user writes/,
  },
  {
    planted: 'a circle',
    rule: cycles,
    files: { 'libs/orchestration/src/index.ts': "import('@millrace/db');" },
    finds:
      /^(libs\/(db|orchestration))\/src\/index.ts:\d .*(@millrace\/db → @millrace\/orchestration|@millrace\/orchestration → @millrace\/db) → /,
  },
  {
    planted: 'an undeclared package',
    rule: declared,
    files: { [orchestrator]: "\nimport { chunk } from 'lodash/fp';" },
    finds:
      /^apps\/orchestrator\/src\/start.ts:2 imports lodash, undeclared: add it to dependencies of apps\/orchestrator\/package.json/,
  },
  {
    planted: 'an undeclared workspace',
    rule: declared,
    files: { 'apps/scheduler/src/index.ts': "import { read } from '@millrace/db';" },
    finds: /^apps\/scheduler\/src\/index.ts:1 imports @millrace\/db, undeclared/,
  },
  {
    planted: 'a dependency of development in production',
    rule: declared,
    files: { [orchestrator]: "import { expect } from 'vitest';" },
    finds: /imports vitest, undeclared/,
  },
  {
    planted: 'a dependency that nothing imports',
    rule: declared,
    files: withManifest('apps/scheduler/package.json', { dependencies: { lodash: '1' } }),
    finds: /^apps\/scheduler\/package.json:1 declares lodash, which nothing there imports/,
  },
  {
    planted: 'a path into another package',
    rule: exportsOnly,
    files: { [orchestrator]: "import { open } from '@millrace/db/src/open.ts';" },
    finds: /^apps\/orchestrator\/src\/start.ts:1 imports @millrace\/db\/src\/open.ts, but @millrace\/db exports \.$/,
  },
  {
    planted: 'a path into another folder',
    rule: exportsOnly,
    files: { [orchestrator]: "await import('../../../libs/db/src/index.ts');" },
    finds: /a file of another project; import a subpath of @millrace\/db/,
  },
  {
    planted: 'an export of nothing',
    rule: exportsOnly,
    files: withManifest('libs/clock/package.json', { exports: { './gone': './src/gone.ts' } }),
    finds: /^libs\/clock\/package.json:1 exports .\/gone from libs\/clock\/src\/gone.ts, which is not there/,
  },
  {
    planted: 'an agent that loads the database at two removes',
    rule: reach,
    files: {
      'libs/service/package.json': { name: '@millrace/service', exports: { '.': './src/index.ts' } },
      'libs/service/src/index.ts': "export * from './serve.ts';",
      'libs/service/src/serve.ts': "import { read } from '@millrace/db';",
      'apps/agent/src/index.ts': "import { serve } from '@millrace/service';",
    },
    finds:
      /^libs\/service\/src\/serve.ts:1 the agent loads libs\/db.*by apps\/agent\/src\/index.ts → libs\/service\/src\/index.ts/,
  },
  {
    planted: 'Node in what runs anywhere',
    rule: reach,
    files: { 'libs/schedules/src/index.ts': "import { readFile } from 'node:fs/promises';" },
    finds: /^libs\/schedules\/src\/index.ts:1 code that runs anywhere loads node:fs\/promises/,
  },
  {
    planted: 'a browser that loads what needs Node',
    rule: reach,
    files: {
      'apps/web/package.json': { name: '@millrace/web', ...tagged('layer:edge', 'env:browser') },
      'apps/web/src/main.tsx': "import { flow } from 'millrace';",
    },
    finds: /^apps\/web\/src\/main.tsx:1 @millrace\/web \(env:browser\) loads libs\/sdk\/src\/index.ts/,
  },
  {
    planted: 'pg outside db',
    rule: housedPackages,
    files: { [orchestrator]: "import { Client } from 'pg';" },
    finds: /^apps\/orchestrator\/src\/start.ts:1 imports pg, which only libs\/db\/ may; write a statement in libs\/db/,
  },
  {
    planted: 'grpc-js in the SDK',
    rule: housedPackages,
    files: { 'libs/sdk/src/index.ts': "const grpc = await import('@grpc/grpc-js');" },
    finds: /^libs\/sdk\/src\/index.ts:1 imports @grpc\/grpc-js, which only libs\/rpc\/ may/,
  },
  {
    planted: 'a drawer',
    rule: names,
    files: { 'libs/db/src/utils.ts': '' },
    finds: /^libs\/db\/src\/utils.ts:1 utils.ts is a drawer/,
  },
  {
    planted: 'a migration whose number is taken twice',
    rule: names,
    files: { 'libs/db/migrations/0001_first.sql': '', 'libs/db/migrations/0001_other.sql': '' },
    finds: /^libs\/db\/migrations\/0001_other.sql:1 .*0002_/,
  },
  {
    planted: 'a file among the RPCs that is none',
    rule: rpcFiles,
    files: {
      'libs/contracts/src/gen/service_pb.ts': 'export const Runs: GenService<{ getRun: { input: 1 } }> = 1;',
      'apps/orchestrator/src/rpc/get-run.ts': '',
      'apps/orchestrator/src/rpc/get-runs.ts': '',
    },
    finds: /^apps\/orchestrator\/src\/rpc\/get-runs.ts:1 get-runs is no RPC of the contract/,
  },
];

test.for(cases)('$rule.name: finds $planted', ({ rule, files, finds }) => {
  const found = foundBy(rule, files);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(finds);
});

test('of a graph without edges nothing else is said, and every rule would have been silent', () => {
  const { projects } = tinyWorkspace();
  const empty = new Map([...projects.keys()].map((name) => [name, new Set<string>()]));
  const found = [...graphIsAlive.check(tinyWorkspace({}, empty))].map(({ message }) => message);
  expect(found).toContainEqual(expect.stringContaining('the Nx graph is empty: it lacks the edge @millrace/server →'));
  expect(found).toContainEqual(expect.stringContaining('@millrace/db → @millrace/orchestration, which is declared'));
  expect(found).toContainEqual(expect.stringContaining('millrace → @millrace/contracts, which is imported'));
});

test('a graph without a project, or without an edge that a source has, is not alive', () => {
  const whole = tinyWorkspace();
  const { graph } = whole;
  const lacking = new Map([...graph].filter(([name]) => name !== '@millrace/clock'));
  expect([...graphIsAlive.check(tinyWorkspace({}, lacking))]).toMatchObject([
    { path: 'libs/clock/package.json', message: expect.stringContaining('@millrace/clock is not in the Nx graph') },
  ]);
  const files = { 'apps/scheduler/src/index.ts': "import { now } from '@millrace/clock';" };
  expect([...graphIsAlive.check(tinyWorkspace(files, graph))]).toMatchObject([
    { path: 'apps/scheduler/src/index.ts', message: expect.stringContaining('which is imported') },
  ]);
});
