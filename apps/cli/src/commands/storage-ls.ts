import { create } from '@bufbuild/protobuf';
import type { Storage } from '@millrace/contracts/millrace/v1/storage_pb';
import { ListStoragesResponseSchema, StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { collectPages } from '../pages.ts';

export async function run({ output, settings }: Invocation): Promise<undefined> {
  using api = openApi(settings);
  const client = api.client(StorageService);
  const { items } = await collectPages(async (pageSize, pageToken) => {
    const page = await client.listStorages({ pageSize, pageToken });
    return { items: page.storages, nextPageToken: page.nextPageToken };
  });
  if (output.json) {
    await output.reply(ListStoragesResponseSchema, create(ListStoragesResponseSchema, { storages: [...items] }));
    return;
  }
  output.table(
    ['NAME', 'DEFAULT', 'TYPE', 'WHERE', 'CREDENTIALS', 'ID'],
    items.map((storage) => [
      storage.name,
      storage.isDefault ? 'yes' : '-',
      storage.place.case ?? '',
      whereOf(storage),
      credentialsOf(storage),
      storage.id,
    ]),
  );
  if (items.length === 0) output.note('No storages. Give a folder or a bucket a name: millrace storage create --help');
}

function whereOf({ place }: Storage): string {
  if (place.case !== 's3') return place.value?.basePath ?? '';
  const { bucket, region, endpoint } = place.value;
  return [bucket, endpoint || region].filter((part) => part !== '').join(' at ');
}

function credentialsOf({ place }: Storage): string {
  if (place.case !== 's3') return '-';
  return place.value.accessKeyId === '' ? "the server's" : place.value.accessKeyId;
}
