import { SetDefaultStorageResponseSchema, StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { UsageError } from '../usage-error.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const name = input.optionalArgument;
  if ((name === undefined) !== input.on('none'))
    throw new UsageError('either NAME or --none is needed', 'See which is the default: millrace storage ls');
  using api = openApi(settings);
  const key = name === undefined ? ({ case: undefined } as const) : ({ case: 'name', value: name } as const);
  const reply = await api.client(StorageService).setDefaultStorage({ key });
  if (output.json) await output.reply(SetDefaultStorageResponseSchema, reply);
  else output.line(name === undefined ? 'No storage is the default.' : `Storage '${name}' is the default.`);
}
