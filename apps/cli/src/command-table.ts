import type { Argument, Command } from './command.ts';
import { limit, tag } from './common-flags.ts';
import { deploymentCommands } from './deployment-commands.ts';
import { scheduleCommands } from './schedule-commands.ts';
import { storageCommands } from './storage-commands.ts';

/** The first words of two-word commands. */
export const groups: readonly { readonly name: string; readonly summary: string }[] = [
  { name: 'server', summary: 'The server: all services in one process.' },
  { name: 'deployment', summary: 'Deployments: flows packaged with parameters, schedules and tags.' },
  { name: 'schedule', summary: 'Schedules: when deployments run by themselves.' },
  { name: 'work-queue', summary: 'Work queues: they select runs and hand them to agents.' },
  { name: 'agent', summary: 'Agents: they take runs from work queues and start them.' },
  { name: 'flow-run', summary: 'Flow runs: what was run, is running, and will be.' },
  { name: 'storage', summary: 'Storages: places for packages that the server knows by a name.' },
  { name: 'config', summary: 'Settings: where they come from, and those of the active profile.' },
  { name: 'profile', summary: 'Profiles: settings under a name, one of them active.' },
];

const profileName: Argument = { name: 'NAME', summary: "the profile's name" };
const flowRunId: Argument = { name: 'ID', summary: "the run's id" };

/** The state types as they are typed: the enum's names in lower case. */
const stateTypes = ['scheduled', 'pending', 'running', 'completed', 'failed', 'cancelled', 'crashed', 'cancelling'];

/** Every command there is: parsing, help and documentation are made from this table. */
export const commands: readonly Command[] = [
  {
    name: 'dev',
    summary: 'Develop flows: server, agent and deployments in one terminal, deployed anew at each change',
    description:
      'Uses the server at MILLRACE_API_URL, or starts one with its own Postgres where none answers; makes the work queue ' +
      "'default' and an agent for it; creates the deployments of the files, and creates them anew whenever the files, or " +
      'what they import by relative paths, or the scripts that they name, change. Shows the runs that its agent takes, as they go on.',
    arguments: [{ name: 'FILE', summary: 'a TypeScript, JavaScript or YAML file', many: true }],
    flags: [
      {
        name: 'port',
        kind: 'integer',
        value: 'PORT',
        summary: 'port of the server on this machine, 0 for a new one at any (default: see above)',
      },
    ],
    stoppable: true,
    load: () => import('./commands/dev.ts'),
  },
  {
    name: 'server start',
    summary: 'Start the server, with its own Postgres unless told of another',
    arguments: [],
    flags: [
      { name: 'host', kind: 'text', value: 'HOST', summary: 'address to listen on (default 127.0.0.1)' },
      {
        name: 'port',
        kind: 'integer',
        value: 'PORT',
        summary: 'port to listen on, 0 for any (default MILLRACE_PORT, 4200)',
      },
      { name: 'database-url', kind: 'text', value: 'URL', summary: 'Postgres 15 or newer (MILLRACE_DATABASE_URL)' },
      { name: 'insecure', kind: 'switch', summary: 'allow an address beyond this machine, without any protection' },
      { name: 'allowed-host', kind: 'texts', value: 'NAME', summary: 'a name that clients may use; may be repeated' },
      { name: 'no-ui', kind: 'switch', summary: 'leave out the web UI' },
    ],
    stoppable: true,
    load: () => import('./commands/server-start.ts'),
  },
  ...deploymentCommands,
  ...scheduleCommands,
  {
    name: 'work-queue create',
    summary: 'Create a work queue; without conditions it serves every deployment',
    arguments: [{ name: 'NAME', summary: "the queue's name" }],
    flags: [
      { ...tag, summary: 'only runs with this tag; repeat for all of several' },
      { name: 'deployment', kind: 'texts', value: 'NAME', summary: 'only runs of this deployment; may be repeated' },
      { name: 'flow-runner', kind: 'texts', value: 'TYPE', summary: 'only runs on this runner; may be repeated' },
      { name: 'limit', kind: 'integer', value: 'N', summary: 'how many of its runs may be live at once' },
    ],
    load: () => import('./commands/work-queue-create.ts'),
  },
  {
    name: 'work-queue ls',
    summary: 'List work queues',
    arguments: [],
    flags: [],
    load: () => import('./commands/work-queue-ls.ts'),
  },
  {
    name: 'agent ls',
    summary: 'List the agents that are connected, and those that were within the last hour',
    arguments: [],
    flags: [],
    load: () => import('./commands/agent-ls.ts'),
  },
  {
    name: 'agent start',
    summary: 'Start an agent that runs what work queues hand out',
    arguments: [
      { name: 'QUEUE', summary: 'name of a work queue; one that does not exist yet is waited for', many: true },
    ],
    flags: [
      {
        name: 'slots',
        kind: 'integer',
        value: 'N',
        minimum: 1,
        summary: 'how many runs at once (default 4)',
      },
      { name: 'name', kind: 'text', value: 'NAME', summary: "the agent's name (default: this machine's)" },
      {
        name: 'on-stop',
        kind: 'text',
        value: 'WHAT',
        choices: ['wait', 'cancel', 'leave'],
        summary: 'what becomes of running work: wait for it, then cancel it (default), cancel, or leave it running',
      },
    ],
    stoppable: true,
    load: () => import('./commands/agent-start.ts'),
  },
  {
    name: 'flow-run ls',
    summary: 'List flow runs, newest first',
    arguments: [],
    flags: [
      { name: 'flow-name', kind: 'texts', value: 'NAME', summary: 'only those of this flow; repeat for several' },
      {
        name: 'state',
        kind: 'texts',
        value: 'TYPE',
        choices: stateTypes,
        summary: `only those in this state; repeat for several: ${stateTypes.join(', ')}`,
      },
      limit,
    ],
    load: () => import('./commands/flow-run-ls.ts'),
  },
  {
    name: 'flow-run inspect',
    summary: 'Show a flow run and its history',
    arguments: [flowRunId],
    flags: [],
    load: () => import('./commands/flow-run-inspect.ts'),
  },
  {
    name: 'flow-run logs',
    summary: 'Show what a flow run had to say',
    arguments: [flowRunId],
    flags: [{ name: 'follow', short: 'f', kind: 'switch', summary: 'go on until the run has ended' }],
    load: () => import('./commands/flow-run-logs.ts'),
  },
  ...storageCommands,
  {
    name: 'config view',
    summary: 'Show each setting, its value and where that comes from',
    description:
      'The environment goes before the active profile, and the profile before the default. Passwords are not shown.',
    arguments: [],
    flags: [],
    load: () => import('./commands/config-view.ts'),
  },
  {
    name: 'config set',
    summary: 'Set settings in the active profile',
    description:
      'All or none. The names are those that config view shows; in lower case, or without MILLRACE_, they will do, too.',
    arguments: [{ name: 'NAME=VALUE', summary: 'a setting, as api_url=http://127.0.0.1:4200', many: true }],
    flags: [],
    load: () => import('./commands/config-set.ts'),
  },
  {
    name: 'config unset',
    summary: 'Take settings out of the active profile',
    arguments: [{ name: 'NAME', summary: 'a setting, as api_url', many: true }],
    flags: [],
    load: () => import('./commands/config-unset.ts'),
  },
  {
    name: 'profile ls',
    summary: 'List profiles',
    arguments: [],
    flags: [],
    load: () => import('./commands/profile-ls.ts'),
  },
  {
    name: 'profile create',
    summary: 'Create a profile; it becomes active by profile use',
    arguments: [profileName],
    flags: [
      { name: 'from', kind: 'text', value: 'NAME', summary: 'begin with the settings of this profile (default: none)' },
    ],
    load: () => import('./commands/profile-create.ts'),
  },
  {
    name: 'profile use',
    summary: 'Make a profile the active one',
    description: 'For a single command, or a terminal, MILLRACE_PROFILE=NAME does the same.',
    arguments: [profileName],
    flags: [],
    load: () => import('./commands/profile-use.ts'),
  },
  {
    name: 'profile inspect',
    summary: 'Show what a profile sets',
    arguments: [profileName],
    flags: [],
    load: () => import('./commands/profile-inspect.ts'),
  },
  {
    name: 'profile delete',
    summary: 'Delete a profile that is not the active one',
    arguments: [profileName],
    flags: [],
    load: () => import('./commands/profile-delete.ts'),
  },
  {
    name: 'version',
    summary: 'Show the version',
    arguments: [],
    flags: [],
    load: () => import('./commands/version.ts'),
  },
];
