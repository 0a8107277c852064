/** Something that no change may bring in, and who must say so. */
export interface Plant {
  readonly name: string;
  /** The gate that turns red. */
  readonly gate: string;
  /** What each file becomes; a file that is not there yet begins as ''. */
  readonly files: Readonly<Record<string, (text: string) => string>>;
  /** What the gate prints: the file, with its line where there is one, and the rule. */
  readonly says: RegExp;
}

const add = (code: string) => (text: string) => `${text}${code}\n`;
const before = (code: string) => (text: string) => `${code}\n${text}`;
const boundary = (plant: Omit<Plant, 'gate'>): Plant => ({ gate: 'boundaries', ...plant });

/** Each in a file of its own, so that they can be planted together. */
export const plants: readonly Plant[] = [
  boundary({
    name: 'a service importing a service',
    files: { 'apps/orchestrator/src/rpc/get-flow-run.ts': before("import '@millrace/scheduler';") },
    says: /^apps\/orchestrator\/src\/rpc\/get-flow-run\.ts:1 {2}layers: .*services never use each other/m,
  }),
  boundary({
    name: 'schedules importing db',
    files: { 'libs/schedules/src/index.ts': before("import '@millrace/db';") },
    says: /^libs\/schedules\/src\/index\.ts:1 {2}layers: .*layer:domain may use contract/m,
  }),
  boundary({
    name: 'pg outside db',
    files: { 'apps/deployments/src/rpc/get-document.ts': before("import 'pg';") },
    says: /^apps\/deployments\/src\/rpc\/get-document\.ts:1 {2}housed packages: imports pg/m,
  }),
  boundary({
    name: 'grpc-js in the SDK',
    files: { 'libs/sdk/src/flow.ts': before("import '@grpc/grpc-js';") },
    says: /^libs\/sdk\/src\/flow\.ts:1 {2}housed packages: imports @grpc\/grpc-js/m,
  }),
  boundary({
    name: 'process.env in a handler',
    files: { 'apps/scheduler/src/rpc/get-work-queue.ts': add('export const planted = process.env.HOME;') },
    says: /^apps\/scheduler\/src\/rpc\/get-work-queue\.ts:\d+ {2}environment: reads process\.env/m,
  }),
  boundary({
    name: 'new Date() outside the clock',
    files: { 'apps/deployments/src/start.ts': add('export const planted = new Date();') },
    says: /^apps\/deployments\/src\/start\.ts:\d+ {2}clock: uses new Date\(\)/m,
  }),
  boundary({
    name: 'a write to run state outside transitions',
    files: {
      'libs/db/src/holders/planted.ts': add(
        "export const planted = `update millrace.flow_run set state_type = 'FAILED'`;",
      ),
    },
    says: /^libs\/db\/src\/holders\/planted\.ts:1 {2}table owners: update of flow_run \(state_type\)/m,
  }),
  boundary({
    name: 'an undeclared dependency',
    files: { 'apps/cli/src/main.ts': before("import 'ajv';") },
    says: /^apps\/cli\/src\/main\.ts:1 {2}declared: imports ajv, undeclared/m,
  }),
  boundary({
    name: 'an enum',
    files: { 'libs/service/src/page.ts': add('export enum Planted {\n  One,\n}') },
    says: /^libs\/service\/src\/page\.ts:\d+ {2}syntax: enum/m,
  }),
  boundary({
    name: 'a test that sleeps',
    files: { 'apps/agent/tests/planted.test.ts': add('await new Promise((done) => setTimeout(done, 10));') },
    says: /^apps\/agent\/tests\/planted\.test\.ts:1 {2}clock: uses setTimeout: a test does not sleep/m,
  }),
  {
    name: 'a stale generated file',
    gate: 'generated-code',
    files: { 'proto/millrace/v1/agent.proto': add('\n// Planted.\nmessage Planted {\n  string id = 1;\n}') },
    says: /^libs\/contracts\/src\/gen\/.*agent_pb\.ts$/m,
  },
];

/** What Nx sees with TypeScript 7 in the place of 6. Alone, as nothing else is said of such a graph. */
export const emptyGraph: Plant = boundary({
  name: 'an empty Nx graph (TypeScript 7 installed as `typescript`)',
  files: {},
  says: /^nx\.json:1 {2}graph is alive: the Nx graph is empty: it lacks .*`typescript` must be 6/m,
});
