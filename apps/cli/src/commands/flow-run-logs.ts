import { create } from '@bufbuild/protobuf';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { type LogRecord, LogRecordSchema } from '@millrace/contracts/millrace/v1/log_record_pb';
import { ListLogsResponseSchema, LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { serviceUrls } from '@millrace/settings';
import { type Api, openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { logLine } from '../flow-run-text.ts';
import { collectPages } from '../pages.ts';
import { flowRunId } from '../resource-name.ts';

export async function run(invocation: Invocation): Promise<undefined> {
  const { input, output, settings } = invocation;
  const id = flowRunId(input.argument);
  using api = openApi(settings);
  if (input.on('follow')) return await follow(invocation, api, id);
  const logs = api.client(LogService);
  const show = (records: readonly LogRecord[]) => {
    for (const record of records) output.line(logLine(record));
  };
  const { items } = await collectPages(async (pageSize, pageToken) => {
    const page = await logs.listLogs({ flowRunId: id, pageSize, pageToken });
    // Shown page by page: a long log begins at once, and ends where its reader has had enough.
    if (!output.json) show(page.logs);
    return { items: output.json ? page.logs : [], nextPageToken: page.nextPageToken };
  });
  if (output.json) await output.reply(ListLogsResponseSchema, create(ListLogsResponseSchema, { logs: [...items] }));
}

async function follow({ output, settings }: Invocation, api: Api, id: string): Promise<undefined> {
  // Watching waits for a server that is away; whether there is one, and the run, is asked first.
  await api.client(FlowRunService).getFlowRun({ id });
  const { MillraceClient } = await import('millrace/client');
  using client = new MillraceClient({ urls: serviceUrls(settings), actor: 'cli' });
  for await (const event of client.watchFlowRun(id)) {
    if (event.type !== 'log') continue;
    if (output.json) await output.event(LogRecordSchema, event.record);
    else output.line(logLine(event.record));
  }
}
