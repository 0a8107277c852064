import { type DeploymentPlan, PlanAction } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { Output } from './output.ts';

const actions: Readonly<Record<PlanAction, string>> = {
  [PlanAction.UNSPECIFIED]: '?',
  [PlanAction.CREATE]: 'create',
  [PlanAction.UPDATE]: 'update',
  [PlanAction.NOTHING]: 'unchanged',
};

/** Prints what a deploy would do, deployment by deployment. */
export function tellPlan(plan: readonly DeploymentPlan[], output: Output): void {
  for (const { flowName, name, action, version, changes, runsReplaced, runsKept } of plan) {
    const becomes = action === PlanAction.UPDATE ? `, version ${version}` : '';
    output.line(`${actions[action]} '${flowName}/${name}'${becomes}`);
    for (const { field, before, after } of changes) {
      output.line(`    ${field}`);
      output.line(`      - ${before}`);
      output.line(`      + ${after}`);
    }
    if (runsReplaced > 0) output.line(`    ${runs(runsReplaced)} to come would be made anew.`);
    if (runsKept > 0 && changes.length > 0) output.line(`    ${runs(runsKept)} that wait would keep their version.`);
  }
  output.line('Nothing was changed: this was a dry run.');
}

function runs(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`;
}
