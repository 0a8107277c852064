import type { S3Client } from '@aws-sdk/client-s3';
import { importOptional } from '../import-optional.ts';
import { PackagingError } from '../packaging-error.ts';
import type { Storage, StorageReference } from './storage.ts';
import { StorageError } from './storage-error.ts';
import { checkStorageKey } from './storage-key.ts';

/** Which bucket, and who asks. */
export interface S3StorageOptions {
  /** The bucket, which must be there. */
  readonly bucket: string;
  /** Where it is. Default: as the AWS SDK finds it; with `endpoint`, "us-east-1". */
  readonly region?: string;
  /** The address of a server that is not Amazon's but speaks as S3 does. */
  readonly endpoint?: string;
  /**
   * Default: as the AWS SDK finds them, in the environment, a profile, a role. They are in no manifest: whoever reads the
   * package elsewhere has its own.
   */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const optionNames = ['bucket', 'region', 'endpoint', 'credentials'];

/** A bucket of S3, or of a server that speaks as S3 does. Needs the package `@aws-sdk/client-s3`. */
export class S3Storage implements Storage, Disposable {
  readonly reference: StorageReference & { readonly type: 's3' };
  readonly #credentials: S3StorageOptions['credentials'];
  #opened: Promise<Opened> | undefined;

  constructor(options: S3StorageOptions) {
    const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
    if (unknown !== undefined)
      throw new PackagingError(`S3Storage has no option '${unknown}'; it has ${optionNames.join(', ')}`);
    const { bucket, region, endpoint, credentials } = options;
    if (typeof bucket !== 'string' || bucket === '')
      throw new PackagingError('S3Storage needs bucket, the name of a bucket');
    if (endpoint !== undefined && !/^https?:\/\//.test(endpoint))
      throw new PackagingError(`S3Storage: endpoint must begin with http:// or https://, not ${endpoint}`);
    if (endpoint !== undefined && /[@?#]/.test(endpoint))
      throw new PackagingError('S3Storage: endpoint is an address alone: who asks there is said by credentials');
    this.reference = { type: 's3', bucket, ...(region && { region }), ...(endpoint && { endpoint }) };
    this.#credentials = credentials;
  }

  /** Writes and reads an object, since that is what is needed: who may do it need not be allowed to look at the bucket. */
  async check(signal?: AbortSignal): Promise<void> {
    const at = this.#at('millrace-storage-check');
    await this.#ask(`the bucket ${at.Bucket} can't be used`, signal, async (opened, options) => {
      const { client, GetObjectCommand, PutObjectCommand } = opened;
      await client.send(new PutObjectCommand({ ...at, Body: 'It works.' }), options);
      await (await client.send(new GetObjectCommand(at), options)).Body?.transformToByteArray();
    });
  }

  async write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    const at = this.#at(key);
    return this.#ask(`the package can't be written to ${this.#shown(key)}`, signal, async (opened, options) => {
      const { client, HeadObjectCommand, PutObjectCommand } = opened;
      const known = await client.send(new HeadObjectCommand(at), options).catch((error: unknown) => {
        // Who may not list a bucket is not told that something is missing there.
        if (isMissing(error) || statusOf(error) === 403) return undefined;
        throw error;
      });
      await client.send(new PutObjectCommand({ ...at, Body: bytes, ContentLength: bytes.byteLength }), options);
      return known === undefined;
    });
  }

  async read(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    const at = this.#at(key);
    return this.#ask(`the package ${this.#shown(key)} can't be read`, signal, async (opened, options) => {
      const { Body } = await opened.client.send(new opened.GetObjectCommand(at), options);
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    });
  }

  /** Closes connections. */
  [Symbol.dispose](): void {
    void this.#opened?.then(
      ({ client }) => client.destroy(),
      () => {},
    );
  }

  #at(key: string) {
    checkStorageKey(key);
    return { Bucket: this.reference.bucket, Key: key };
  }

  #shown(key: string): string {
    return `s3://${this.reference.bucket}/${key}`;
  }

  async #ask<Answer>(
    what: string,
    signal: AbortSignal | undefined,
    ask: (opened: Opened, options: { readonly abortSignal?: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer> {
    const opening = this.#opened ?? open(this.reference, this.#credentials);
    this.#opened = opening;
    const opened = await opening.catch((error: unknown) => {
      // The next one may find what is missing.
      this.#opened = undefined;
      throw error;
    });
    try {
      return await ask(opened, signal ? { abortSignal: signal } : {});
    } catch (cause) {
      signal?.throwIfAborted();
      throw new StorageError(kindOf(cause), `${what}: ${explain(cause)}`, { cause });
    }
  }
}

type Opened = typeof import('@aws-sdk/client-s3') & { readonly client: S3Client };

async function open(
  { region, endpoint }: S3Storage['reference'],
  credentials: S3StorageOptions['credentials'],
): Promise<Opened> {
  const sdk = await importOptional(() => import('@aws-sdk/client-s3'), '@aws-sdk/client-s3', 'S3Storage');
  const client = new sdk.S3Client({
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true, region: 'us-east-1' }),
    ...(region !== undefined && { region }),
    ...(credentials && { credentials }),
    // Something that takes connections and says nothing is no storage.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    maxAttempts: 2,
    // Others than Amazon's don't know them all, and packages have a hash of their own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { ...sdk, client };
}

interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function statusOf(error: unknown): number | undefined {
  return (error as Failure | null)?.$metadata?.httpStatusCode;
}

function isMissing(error: unknown): boolean {
  return ['NotFound', 'NoSuchKey'].includes((error as Failure | null)?.name ?? '');
}

function kindOf(error: unknown): StorageError['kind'] {
  if (isMissing(error)) return 'missing';
  const { name = '' } = error as Failure;
  // Without a status there was no answer; but for want of credentials or a region nothing was asked.
  const status = statusOf(error);
  if (status === undefined) return /Credentials|Region/i.test(name + String(error)) ? 'refused' : 'unreachable';
  return status >= 500 || status === 429 ? 'unreachable' : 'refused';
}

function explain(error: unknown): string {
  const { name = 'Error', message = '' } = error as Failure;
  const status = statusOf(error);
  // A look at an object is answered without words.
  if (status !== undefined && /^(Unknown(Error)?)?$/.test(message)) return `${name} (HTTP ${status})`;
  // One of the network's is told by what it says.
  if (name === 'Error') return message || 'unknown';
  return message ? `${name}: ${message}` : name;
}
