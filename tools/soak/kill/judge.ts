import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { type FlowRunEvent, isTerminal } from 'millrace/client';
import type { Cell } from './cells.ts';
import type { KnownOfRun } from './known-of-run.ts';
import type { RunNote } from './run-notes.ts';

/** What there is to judge by. */
export interface Evidence {
  /** What the server had said before the kill, and what it says when the run has ended. */
  readonly before: KnownOfRun;
  readonly after: KnownOfRun;
  /** What user code wrote into its file. */
  readonly notes: readonly RunNote[];
  /** What was seen by someone who followed the run all the time. */
  readonly seen: readonly FlowRunEvent[];
}

/** What is wrong; nothing if all is as it must be. */
export function judge(cell: Cell, evidence: Evidence): string[] {
  return [...judgeEnd(cell, evidence), ...judgeStarts(cell, evidence), ...judgeMemory(evidence), ...judgeLog(evidence)];
}

function judgeEnd(cell: Cell, { after }: Evidence): string[] {
  const problems: string[] = [];
  const ends = after.states.filter((state) => isTerminal(state.type));
  const last = after.flowRun.state;
  if (last?.type !== StateType[cell.ends]) problems.push(`it is ${last?.name}, not ${cell.ends}: ${last?.message}`);
  if (ends.length !== 1)
    problems.push(`it ended ${ends.length} times: ${after.states.map(({ name }) => name).join(', ')}`);
  if (after.states.at(-1)?.id !== last?.id) problems.push('its state is not the last of its history');
  const { signal } = after.flowRun.infrastructure ?? {};
  if (cell.ends === 'CRASHED' && signal !== 'SIGKILL') problems.push(`the signal is ${signal}, not SIGKILL`);
  return problems;
}

function judgeStarts(cell: Cell, { notes, after }: Evidence): string[] {
  const problems: string[] = [];
  const attempts = notes.filter(({ what }) => what === 'start').map(({ attempt }) => attempt);
  if (attempts.length !== cell.starts) problems.push(`user code began ${attempts.length} times, not ${cell.starts}`);
  if (new Set(attempts).size !== attempts.length) problems.push(`an attempt began twice: ${attempts.join(', ')}`);
  if (after.flowRun.runCount !== cell.starts) problems.push(`the server counts ${after.flowRun.runCount} attempts`);
  const ends = notes.filter(({ what }) => what === 'end').length;
  if (cell.ends === 'COMPLETED' && ends !== 1) problems.push(`user code came to its end ${ends} times`);
  return problems;
}

/** What was acknowledged is there. */
function judgeMemory({ before, after }: Evidence): string[] {
  const states = new Set(after.states.map(({ id }) => id));
  const logs = after.logs.map((record) => record.message);
  return [
    ...before.states.filter(({ id }) => !states.has(id)).map(({ name }) => `the state ${name} is not there any more`),
    ...before.logs.filter(({ message }) => !logs.includes(message)).map(({ message }) => `the log lost: ${message}`),
  ];
}

/** Each line that user code wrote before its end is in the log once, and who followed has seen the same. */
function judgeLog({ notes, after, seen }: Evidence): string[] {
  const problems: string[] = [];
  const messages = after.logs.map((record) => record.message);
  const lastWords = after.flowRun.parameters?.lastWords === true;
  const said = notes.flatMap(({ what, attempt }) =>
    what === 'start' ? [`attempt ${attempt} began`] : lastWords ? [`attempt ${attempt} goes on`] : [],
  );
  for (const line of said) {
    const count = messages.filter((message) => message === line).length;
    if (count !== 1) problems.push(`the log has '${line}' ${count} times`);
  }
  const statesSeen = seen.flatMap((event) => (event.type === 'state' ? [event.state.id] : []));
  const logsSeen = seen.flatMap((event) => (event.type === 'log' ? [event.record.message] : []));
  if (statesSeen.join() !== after.states.map(({ id }) => id).join())
    problems.push(`who followed saw ${statesSeen.length} states of ${after.states.length}`);
  if (logsSeen.toSorted().join('\n') !== messages.toSorted().join('\n'))
    problems.push(`who followed saw ${logsSeen.length} lines of ${messages.length}`);
  return problems;
}
