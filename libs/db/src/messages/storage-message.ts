import { create } from '@bufbuild/protobuf';
import { type Storage, StorageSchema } from '@millrace/contracts/millrace/v1/storage_pb';
import type { Selectable } from 'kysely';
import type { Tables } from '../connection/tables.ts';
import { timestampMessage } from './time-message.ts';

/** A storage as the contract has it: without its secret. */
export function storageMessage(row: Selectable<Tables['storage']>): Storage {
  const { kind, ...place } = row.place;
  return create(StorageSchema, {
    id: row.id,
    created: timestampMessage(row.created),
    updated: timestampMessage(row.updated),
    name: row.name,
    isDefault: row.is_default,
    place: { case: kind, value: place } as Storage['place'],
  });
}
