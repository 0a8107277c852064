import { fileURLToPath } from 'node:url';
import { CommandError, UsageError } from './usage-error.ts';

/** What is said about an error, and the exit code that goes with it. */
export interface Explanation {
  /** On stderr, a line each. */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Turns whatever a command rejected with into words for people: no stack trace for what is to be expected. */
export async function explainError(error: unknown): Promise<Explanation> {
  if (error instanceof UsageError)
    return { exitCode: 2, lines: [`error: ${error.message}`, ...(error.advice ? [error.advice] : [])] };
  if (error instanceof CommandError) return { exitCode: 1, lines: [`error: ${error.message}`, ...error.advice] };
  if (!(error instanceof Error)) return { exitCode: 1, lines: [`error: ${String(error)}`] };
  if (error.name === 'ScriptError') return { exitCode: 1, lines: [`error: ${error.message}`, ...stackOf(error.cause)] };
  if (isOfSystem(error)) return { exitCode: 1, lines: [`error: ${error.message || error.code}`] };
  if (expected.includes(error.name)) return { exitCode: 1, lines: [`error: ${error.message}`] };
  if (error.name === 'SettingsError') return { exitCode: 2, lines: [`error: ${error.message}`] };
  // By name: a command that made no call has not loaded the class, and need not load it to fail.
  if (error.name === 'MillraceError') return explainReply(error);
  return { exitCode: 1, lines: [`error: ${error.stack ?? error.message}`] };
}

// Errors that say all there is to say, of packages that are loaded by some commands only.
const expected = [
  'DefinitionError',
  'LoadError',
  'FlowNotFoundError',
  'PackagingError',
  'UnfollowableImportError',
  'ListenError',
  'EmbeddedPostgresError',
  'OpenAddressError',
  'ServerError',
];

/** Whether the operating system or Postgres said no: where in our code that was is of no use to anybody. */
function isOfSystem(error: Error): error is Error & { code: string } {
  return 'code' in error && typeof error.code === 'string' && ('syscall' in error || 'severity' in error);
}

/** Where a user's module failed, down to where it was loaded; what went wrong is in the message already. */
function stackOf(cause: unknown): readonly string[] {
  if (!(cause instanceof Error)) return [];
  const lines = (cause.stack ?? '').split('\n');
  const frames = lines.filter((line) => /^\s+at /.test(line));
  const loader = frames.findIndex((frame) => frame.includes('node:internal/'));
  return [...placeOf(lines, cause.name), ...(loader < 0 ? frames : frames.slice(0, loader))];
}

/** The place of a syntax error, which has no frame: Node puts it, with the line of source, before the stack. */
function placeOf(stack: readonly string[], errorName: string): readonly string[] {
  const [, url = '', line] = /^(file:\/\/.*):(\d+)$/.exec(stack[0] ?? '') ?? [];
  if (line === undefined) return [];
  const source = stack.slice(
    1,
    stack.findIndex((each) => each.startsWith(errorName)),
  );
  return [`    at ${fileURLToPath(url)}:${line}`, ...source.filter((each) => each.trim() !== '')];
}

async function explainReply(error: Error): Promise<Explanation> {
  const { MillraceError } = await import('@millrace/rpc/errors');
  const { message, violations, reason } = MillraceError.from(error);
  const fields = violations.map(({ field, description }) =>
    field ? `  ${field}: ${description}` : `  ${description}`,
  );
  // The message of INVALID_ARGUMENT is its violations in one line.
  const lines = fields.length > 0 ? ['error: the server refused what was asked for', ...fields] : [`error: ${message}`];
  return { exitCode: 1, lines: [...lines, ...(nextSteps.get(reason) ?? [])] };
}

const nextSteps: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'CONNECTION_FAILED',
    [
      'Start a server with: millrace server start (or npm start, in a clone of the repository).',
      'If there is one elsewhere, say where: MILLRACE_API_URL=http://HOST:PORT, or for good: millrace config set api_url=http://HOST:PORT',
    ],
  ],
  ['DEPLOYMENT_NOT_FOUND', ['See which there are: millrace deployment ls']],
  ['FLOW_RUN_NOT_FOUND', ['See which there are: millrace flow-run ls']],
  ['WORK_QUEUE_NOT_FOUND', ['See which there are: millrace work-queue ls']],
  ['STORAGE_NOT_FOUND', ['See which there are: millrace storage ls']],
  ['STORAGE_ALREADY_EXISTS', ['See which there are: millrace storage ls']],
  ['STORAGE_IN_USE', ['To delete it all the same: millrace storage delete NAME --force']],
  ['WORK_QUEUE_ALREADY_EXISTS', ['See which there are: millrace work-queue ls']],
]);
