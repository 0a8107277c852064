import { type Executor, statement } from '../connection/statement.ts';

/** Which version of a deployment needs which document. */
export interface DocumentRef {
  /** Hex. */
  readonly sha256: string;
  readonly deploymentId: string;
  readonly version: number;
}

const insert = statement(
  'insert_document_refs',
  `insert into millrace.document_ref (sha256, deployment_id, version)
   select * from unnest($1::bytea[], $2::uuid[], $3::int[])`,
);

/** Notes that versions need documents; both must exist. */
export async function insertDocumentRefs(executor: Executor, refs: readonly DocumentRef[]): Promise<void> {
  if (refs.length === 0) return;
  await executor.run(insert, [
    refs.map((ref) => Buffer.from(ref.sha256, 'hex')),
    refs.map((ref) => ref.deploymentId),
    refs.map((ref) => ref.version),
  ]);
}
