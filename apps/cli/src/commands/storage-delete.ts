import { DeleteStorageResponseSchema, StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const name = input.argument;
  using api = openApi(settings);
  const reply = await api
    .client(StorageService)
    .deleteStorage({ key: { case: 'name', value: name }, force: input.on('force') });
  if (output.json) await output.reply(DeleteStorageResponseSchema, reply);
  else output.line(`Deleted storage '${name}'. What lies in it is still there.`);
}
