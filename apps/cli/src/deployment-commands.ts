import type { Argument, Command, Flag } from './command.ts';
import { limit, tag } from './common-flags.ts';

const deploymentName: Argument = { name: 'NAME', summary: "'flow/deployment', or the deployment's id" };
const oneSchedule: Flag = { name: 'schedule', kind: 'text', value: 'SLUG', summary: 'only this one of its schedules' };
const parameterFlags: readonly Flag[] = [
  {
    name: 'param',
    short: 'p',
    kind: 'texts',
    value: 'K=V',
    summary: "a parameter, read by the deployment's schema, else as JSON, else as text",
  },
  { name: 'params', kind: 'text', value: 'JSON', summary: 'parameters as a JSON object; -p goes over it' },
];

/** What becomes of fires, as it is typed: the enum's names in lower case. */
const fireStatuses = ['scheduled', 'started', 'skipped'];

/** The part of the table of commands that deals with deployments. */
export const deploymentCommands: readonly Command[] = [
  {
    name: 'deployment create',
    summary: 'Create or update the deployments that files define',
    description: 'All or nothing: where one deployment is not valid, none is created.',
    arguments: [{ name: 'FILE', summary: 'a TypeScript, JavaScript or YAML file', many: true }],
    flags: [{ name: 'dry-run', kind: 'switch', summary: 'only show what would change, and for which runs' }],
    load: () => import('./commands/deployment-create.ts'),
  },
  {
    name: 'deployment ls',
    summary: 'List deployments',
    arguments: [],
    flags: [
      { name: 'flow', kind: 'texts', value: 'NAME', summary: 'only those of this flow; repeat for several' },
      { ...tag, summary: 'only those with this tag; repeat for all of several' },
      { name: 'by-created', kind: 'switch', summary: 'newest first, not by name' },
    ],
    load: () => import('./commands/deployment-ls.ts'),
  },
  {
    name: 'deployment inspect',
    summary: 'Show a deployment',
    arguments: [deploymentName],
    flags: [],
    load: () => import('./commands/deployment-inspect.ts'),
  },
  {
    name: 'deployment run',
    summary: 'Make a run of a deployment',
    arguments: [deploymentName],
    flags: [
      ...parameterFlags,
      { name: 'at', kind: 'text', value: 'TIME', summary: 'when to start, as 2026-01-31T09:00:00Z (default now)' },
      { ...tag, summary: "a tag besides the deployment's; may be repeated" },
      { name: 'idempotency-key', kind: 'text', value: 'KEY', summary: 'a second call with it gives the first run' },
      { name: 'watch', kind: 'switch', summary: 'follow the run to its end; exit 0 only if it COMPLETED' },
    ],
    load: () => import('./commands/deployment-run.ts'),
  },
  {
    name: 'deployment execute',
    summary: 'Run the flow of a deployment here and now, without an agent and past its flow runner',
    description:
      "For trying it out: makes a run of the flow with the deployment's parameters that belongs to no deployment and no " +
      'queue, and runs it in this folder. What the flow prints is printed; exits 0 only if the run COMPLETED.',
    arguments: [deploymentName],
    flags: parameterFlags,
    stoppable: true,
    load: () => import('./commands/deployment-execute.ts'),
  },
  {
    name: 'deployment preview',
    summary: 'Show how the runs of the deployments in a file would be started; needs no server',
    arguments: [{ name: 'FILE', summary: 'a TypeScript, JavaScript or YAML file' }],
    flags: [],
    load: () => import('./commands/deployment-preview.ts'),
  },
  {
    name: 'deployment pause',
    summary: 'Let the schedules of a deployment fire no more, also after redeploys that say nothing of it',
    arguments: [deploymentName],
    flags: [oneSchedule],
    load: () => import('./commands/deployment-pause.ts'),
  },
  {
    name: 'deployment resume',
    summary: 'Let the schedules of a deployment fire again',
    arguments: [deploymentName],
    flags: [oneSchedule],
    load: () => import('./commands/deployment-resume.ts'),
  },
  {
    name: 'deployment fires',
    summary: 'List when the schedules of a deployment fired and will fire, newest first',
    arguments: [deploymentName],
    flags: [
      oneSchedule,
      {
        name: 'status',
        kind: 'texts',
        value: 'STATUS',
        choices: fireStatuses,
        summary: `only those of this status; repeat for several: ${fireStatuses.join(', ')}`,
      },
      limit,
    ],
    load: () => import('./commands/deployment-fires.ts'),
  },
  {
    name: 'deployment backfill',
    summary: 'Make the runs of a window of the schedules of a deployment, where they are missing',
    description:
      'A fire that has its run is left alone, so that it can be said again; one that was skipped gets its run after all. Runs ' +
      'for past times start at once.',
    arguments: [deploymentName],
    flags: [
      { name: 'from', kind: 'text', value: 'TIME', summary: "the window's begin, as 2026-01-31T09:00:00Z" },
      { name: 'until', kind: 'text', value: 'TIME', summary: "the window's end (default now)" },
      oneSchedule,
      {
        name: 'max-runs',
        kind: 'integer',
        value: 'N',
        minimum: 1,
        summary: 'only the first fires, so many of each schedule (default 100); says where there are more',
      },
      { name: 'dry-run', kind: 'switch', summary: 'only show what would be made' },
    ],
    load: () => import('./commands/deployment-backfill.ts'),
  },
  {
    name: 'deployment versions',
    summary: 'List the versions of a deployment, newest first',
    arguments: [deploymentName],
    flags: [limit],
    load: () => import('./commands/deployment-versions.ts'),
  },
  {
    name: 'deployment rollback',
    summary: 'Bring a deployment back to what it was in an older version, as a new version',
    arguments: [deploymentName, { name: 'VERSION', summary: 'the number of the version' }],
    flags: [],
    load: () => import('./commands/deployment-rollback.ts'),
  },
  {
    name: 'deployment delete',
    summary: 'Delete a deployment, and its runs that never started',
    arguments: [deploymentName],
    flags: [],
    load: () => import('./commands/deployment-delete.ts'),
  },
];
