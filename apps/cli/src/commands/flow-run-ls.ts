import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type FlowRunFilter, FlowRunFilterSchema } from '@millrace/contracts/millrace/v1/flow_run_filter_pb';
import { FlowRunService, ListFlowRunsResponseSchema } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { runTimeMs } from '../flow-run-text.ts';
import { collectPages } from '../pages.ts';

const DEFAULT_LIMIT = 15;
// Runs of the next minute count as present: clocks differ, and what is about to start is of interest.
const PRESENT_MS = 60_000;

export async function run({ input, output, settings, clock }: Invocation): Promise<undefined> {
  using api = openApi(settings);
  const limit = input.integer('limit') ?? DEFAULT_LIMIT;
  const runs = api.client(FlowRunService);
  const list = (filter: FlowRunFilter) =>
    collectPages(async (pageSize, pageToken) => {
      const page = await runs.listFlowRuns({ filter, pageSize, pageToken });
      return { items: page.flowRuns, nextPageToken: page.nextPageToken };
    }, limit);

  const filter = create(FlowRunFilterSchema, {
    flowNames: [...input.texts('flow-name')],
    stateTypes: input.texts('state').map(stateType),
  });
  let page = await list(filter);
  let leftOut = false;
  if (page.nextPageToken !== '' && filter.stateTypes.length === 0) {
    // The newest are those of the far future, by the hundred where schedules are at work: show what is or was instead.
    const expectedStartBefore = timestampFromMs(clock.now() + PRESENT_MS);
    const present = await list({ ...filter, expectedStartBefore });
    leftOut = present.items.length > 0 && present.items[0]?.id !== page.items[0]?.id;
    if (leftOut) page = present;
  }

  if (output.json) {
    const reply = { flowRuns: [...page.items], nextPageToken: page.nextPageToken };
    await output.reply(ListFlowRunsResponseSchema, create(ListFlowRunsResponseSchema, reply));
    return;
  }
  output.table(
    ['ID', 'FLOW', 'NAME', 'STATE', 'WHEN'],
    page.items.map((run) => [run.id, run.flowName, run.name, run.state?.name ?? '', output.time(runTimeMs(run))]),
  );
  if (leftOut)
    output.note('Runs further ahead than a minute are left out; see them with: millrace flow-run ls --state scheduled');
  if (page.items.length === 0) output.note('No flow runs.');
}

function stateType(choice: string): StateType {
  const name = choice.toUpperCase();
  return isStateName(name) ? StateType[name] : StateType.UNSPECIFIED;
}

function isStateName(name: string): name is Exclude<keyof typeof StateType, number> {
  return Object.hasOwn(StateType, name);
}
