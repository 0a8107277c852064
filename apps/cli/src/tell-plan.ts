import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import {
  type DeploymentPlan,
  PlanAction,
  type PlanChange,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { Output } from './output.ts';
import { scheduleDetail } from './schedule-text.ts';

const actions: Readonly<Record<PlanAction, string>> = {
  [PlanAction.UNSPECIFIED]: '?',
  [PlanAction.CREATE]: 'create',
  [PlanAction.UPDATE]: 'update',
  [PlanAction.NOTHING]: 'unchanged',
};

/** Prints what a deploy would do, deployment by deployment. */
export function tellPlan(plan: readonly DeploymentPlan[], output: Pick<Output, 'line'>): void {
  for (const { flowName, name, action, version, changes, runsReplaced, runsKept } of plan) {
    const becomes = action === PlanAction.UPDATE ? `, version ${version}` : '';
    output.line(`${actions[action]} '${flowName}/${name}'${becomes}`);
    for (const change of changes) {
      output.line(`    ${change.field}`);
      const { gone, come } = differences(change);
      for (const text of gone) output.line(`      - ${text}`);
      for (const text of come) output.line(`      + ${text}`);
    }
    if (runsReplaced > 0) output.line(`    ${runs(runsReplaced)} to come would be made anew.`);
    if (runsKept > 0 && changes.length > 0) output.line(`    ${runs(runsKept)} that wait would keep their version.`);
  }
  output.line('Nothing was changed: this was a dry run.');
}

/** As JSON; of schedules those that differ, in words where these tell the difference. */
function differences({ field, before, after }: PlanChange): { gone: readonly string[]; come: readonly string[] } {
  if (field !== 'schedules') return { gone: [before], come: [after] };
  const [was, willBe] = [scheduleDetails(before), scheduleDetails(after)];
  const gone = was.filter((text) => !willBe.includes(text));
  const come = willBe.filter((text) => !was.includes(text));
  return gone.length + come.length > 0 ? { gone, come } : { gone: [before], come: [after] };
}

function scheduleDetails(json: string): string[] {
  const schedules = JSON.parse(json) as JsonValue[];
  return schedules.map((each) => scheduleDetail(fromJson(ScheduleSchema, each, { ignoreUnknownFields: true })));
}

function runs(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`;
}
