import { Code, MillraceError } from '@millrace/rpc/errors';
import type { MillraceClient } from 'millrace/client';
import { answerMs } from './open-server.ts';

/** Makes a work queue that serves everything, unless there is one of that name; says whether it did. */
export async function ensureQueue(client: MillraceClient, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    await client.workQueues.createWorkQueue({ name }, { signal, timeoutMs: answerMs });
    return true;
  } catch (error) {
    if (MillraceError.from(error).code === Code.AlreadyExists) return false;
    throw error;
  }
}
