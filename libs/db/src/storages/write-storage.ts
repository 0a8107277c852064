import { toInstant } from '../connection/instant.ts';
import type { StoragePlace, Tables } from '../connection/tables.ts';
import type { Transaction } from '../connection/with-transaction.ts';

/** A storage as it is to be. */
export interface StorageToWrite {
  /** Of a new one. */
  readonly id: string;
  readonly name: string;
  readonly place: StoragePlace;
  /** Encrypted. */
  readonly secret: Uint8Array | null;
}

interface Context {
  readonly now: number;
  readonly actor: string;
}

/** Makes a storage; undefined where there is one of that name, which is then locked. */
export async function insertStorage(tx: Transaction, storage: StorageToWrite, context: Context) {
  const row = {
    id: storage.id,
    created: toInstant(context.now),
    updated: toInstant(context.now),
    created_by: context.actor,
    updated_by: context.actor,
    name: storage.name,
    place: JSON.stringify(storage.place),
    secret: storage.secret && Buffer.from(storage.secret),
    is_default: false,
  } satisfies Record<keyof Tables['storage'], unknown>;
  return tx.kysely
    .insertInto('storage')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Replaces where a storage's secret comes from: its key's id, which is part of the place, and the secret itself. */
export async function replaceStorageSecret(
  tx: Transaction,
  { id, place, secret }: Pick<StorageToWrite, 'id' | 'place' | 'secret'>,
  context: Context,
): Promise<void> {
  const encrypted = secret && Buffer.from(secret);
  await tx.kysely
    .updateTable('storage')
    .set({
      place: JSON.stringify(place),
      secret: encrypted,
      updated: toInstant(context.now),
      updated_by: context.actor,
    })
    .where('id', '=', id)
    .execute();
}

/** Makes a storage the default, instead of whichever is; without an id none is. */
export async function writeDefaultStorage(tx: Transaction, id: string | undefined, context: Context): Promise<void> {
  const by = { updated: toInstant(context.now), updated_by: context.actor };
  await tx.kysely
    .updateTable('storage')
    .set({ is_default: false, ...by })
    .where('is_default', '=', true)
    .where((where) => (id === undefined ? where.lit(true) : where('id', '!=', id)))
    .execute();
  if (id === undefined) return;
  await tx.kysely
    .updateTable('storage')
    .set({ is_default: true, ...by })
    .where('id', '=', id)
    .where('is_default', '=', false)
    .execute();
}

/** Forgets a storage, and which versions have their packages in it. */
export async function deleteStorage(tx: Transaction, id: string): Promise<void> {
  await tx.kysely.deleteFrom('storage').where('id', '=', id).execute();
}
