import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

/** A server that speaks as S3 does, signatures included, and how to be let in. */
export interface RunS3 {
  readonly endpoint: string;
  /** Is there from the start. */
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Starts one on this machine, with nothing in it. */
export async function startRunS3(): Promise<RunS3 & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-s3-'));
  const bucket = 'packages';
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory },
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await server.run();
  return {
    ...{ endpoint: `http://127.0.0.1:${port}`, bucket },
    // The only one that it knows.
    ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
