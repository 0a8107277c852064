import type { ExampleProject } from './example-project.ts';

/** A command of the page, or a change to a file before the next one. */
type Step =
  | { readonly says: string; readonly line: readonly string[] }
  | { readonly says: string; readonly edit: readonly [file: string, from: string, to: string] }
  | { readonly agent: true };

const steps: readonly Step[] = [
  {
    says: 'Create a work queue, which an agent on this machine takes runs from (`millrace agent start default`).',
    line: ['work-queue', 'create', 'default'],
  },
  { agent: true },
  {
    says: 'Create the deployments that a file defines; the same command brings them up to date later.',
    line: ['deployment', 'create', 'hello.ts'],
  },
  { says: 'View all of them, or those of some flows.', line: ['deployment', 'ls', '--flow', 'hello-world'] },
  { says: 'View one.', line: ['deployment', 'inspect', 'hello-world/Hello World-often'] },
  { says: 'See how its runs would be started. This needs no server.', line: ['deployment', 'preview', 'hello.ts'] },
  {
    says: 'Make a run, which an agent executes, and follow it: its states on stderr, what it prints on stdout.',
    line: ['deployment', 'run', 'hello-world/Hello World', '-p', 'name=Ford', '--watch'],
  },
  {
    says: 'Execute the flow here and now, without an agent and past the flow runner.',
    line: ['deployment', 'execute', 'hello-world/Hello World', '-p', 'name=Trillian'],
  },
  {
    says: 'Let the schedules fire no more. Deploying again does not resume them.',
    line: ['deployment', 'pause', 'hello-world/Hello World-often'],
  },
  {
    says: 'In `hello.ts` the daily greeting is now for somebody else.',
    edit: ['hello.ts', "name: 'Arthur'", "name: 'Marvin'"],
  },
  { says: 'See what deploying that would change.', line: ['deployment', 'create', 'hello.ts', '--dry-run'] },
  { says: 'Deploy it.', line: ['deployment', 'create', 'hello.ts'] },
  { says: 'See the versions that there were.', line: ['deployment', 'versions', 'hello-world/Hello World-often'] },
  {
    says: 'Go back to one of them. Runs that wait keep the version, and the code, that they were made with.',
    line: ['deployment', 'rollback', 'hello-world/Hello World-often', '1'],
  },
  { says: 'Let the schedules fire again.', line: ['deployment', 'resume', 'hello-world/Hello World-often'] },
  {
    says: 'See when they fired, and what became of it; the fires of the next minute are among them.',
    line: ['deployment', 'fires', 'hello-world/Hello World-often', '--limit', '3'],
  },
  {
    says: 'See which runs a window of the past lacks; without `--dry-run` they are made.',
    line: [
      ...['deployment', 'backfill', 'hello-world/Hello World-often', '--dry-run'],
      ...['--from', '2026-01-31T08:59:40Z', '--until', '2026-01-31T09:00:00Z'],
    ],
  },
  { says: 'Delete one.', line: ['deployment', 'delete', 'hello-world/Hello World'] },
  {
    says: 'What is wrong is said, with what to do next; nothing is changed then, and the exit code is 1, or 2 for a line that makes no sense.',
    line: ['deployment', 'inspect', 'hello-world/Hello World'],
  },
];

const head = `# The commands for deployments

Real transcripts, made by \`npm run docs:cli\` from the hello example and compared by a test; ids, times and the names of runs are
replaced by placeholders. \`millrace --help\` lists all commands, \`--json\` prints each reply as JSON.
`;

/** Plays all steps; gives the page. */
export async function cliPage(project: ExampleProject): Promise<string> {
  let page = head;
  for (const step of steps) {
    if ('agent' in step) await project.startAgent();
    else if ('edit' in step) {
      await project.edit(...step.edit);
      page += `\n${step.says}\n`;
    } else {
      const { printed, exitCode } = await project.millrace(step.line);
      const shown = ['$ millrace', ...step.line.map(quoted)].join(' ');
      const code = exitCode === 0 ? '' : `\n[exit ${exitCode}]`;
      page += `\n${step.says}\n\n\`\`\`console\n${shown}\n${stable(printed).trimEnd()}${code}\n\`\`\`\n`;
    }
  }
  return page;
}

function quoted(word: string): string {
  return /^[\w./=-]+$/.test(word) ? word : `'${word}'`;
}

// As wide as what they stand for, so that columns stay columns. How many runs wait is a matter of the moment.
function stable(printed: string): string {
  return printed
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '019b0000-0000-7000-8000-000000000000')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?=\.\d{3}Z|Z)/g, '2026-01-31T09:00:00')
    .replaceAll(/00\.\d{3}Z/g, '00.000Z')
    .replaceAll(/'[a-z]+-[a-z]+-\d{1,3}'/g, "'calm-mill-1'")
    .replaceAll(/\b\d+ (runs?|of its runs)\b/g, 'some $1')
    .replaceAll(/ +$/gm, '');
}
