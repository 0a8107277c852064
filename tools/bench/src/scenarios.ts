import { claim } from './claim/claim.ts';
import { cli } from './cli/cli.ts';
import { dispatch } from './dispatch/dispatch.ts';
import type { Scenario } from './harness/scenario.ts';
import { schedules } from './schedules/schedules.ts';
import { transitions } from './transitions/transitions.ts';

/** By the name that the command line knows them by. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map([
  ['dispatch', dispatch],
  ['transitions', transitions],
  ['claim', claim],
  ['schedules', schedules],
  ['cli', cli],
]);
