import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import { shellWord } from './shell-word.ts';

/** Something that is paused. */
export interface Paused {
  /** "schedule 'nightly'", or "deployment 'flow/name'". */
  readonly what: string;
  /** The sentence that says how to change that. */
  readonly advice: string;
}

/**
 * What keeps the schedules of a deployment from firing: its own switch, then theirs.
 *
 * @param asked.as the deployment as it was named on the command line
 * @param asked.slug the only schedule that counts; absent: all
 */
export function findPaused(deployment: Deployment, asked: { readonly as: string; readonly slug?: string | undefined }) {
  const { flowName, name, isScheduleActive, schedules } = deployment;
  const resume = `Resume it with: millrace deployment resume ${shellWord(asked.as)}`;
  const paused: Paused[] = schedules
    .filter(({ slug, active }) => active === false && slug === (asked.slug ?? slug))
    .map(({ slug }) => ({ what: `schedule '${slug}'`, advice: `${resume} --schedule ${shellWord(slug)}` }));
  return isScheduleActive ? paused : [{ what: `deployment '${flowName}/${name}'`, advice: resume }, ...paused];
}

/** "Schedule 'nightly' is paused, and was left out. Resume it with: …". */
export function pausedText({ what, advice }: Paused, more: string): string {
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} is paused${more}. ${advice}`;
}
