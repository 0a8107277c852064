import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import type { DataDocument } from '@millrace/contracts/millrace/v1/data_document_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import {
  type DatabaseManifest,
  decodeManifest,
  type FileManifest,
  findUnpacked,
  isDocumentManifest,
  type LoadableFlow,
  manifestEncoding,
  openStorage,
  type PackagePlace,
  PackagingError,
  packagePlace,
  type ServerDocument,
  StorageError,
  unpackDocument,
} from '@millrace/packaging';
import { Code, MillraceError } from '@millrace/rpc/errors';
import type { RpcChannel } from '@millrace/rpc/grpc-client';
import type { Logger } from '@millrace/telemetry';

type StoredManifest = DatabaseManifest | FileManifest;

/** Flows' code on this machine's disk. */
export interface PackageCache {
  /**
   * The code that a deployment's `flow_data` describes, fetched if it is not here yet, however long the server is away.
   * Throws a `PackagingError` if there is no such code, or it can't be used.
   */
  get(flowData: DataDocument | undefined, signal: AbortSignal): Promise<LoadableFlow>;
}

export interface PackageCacheOptions {
  /** To the deployments app. */
  readonly channel: RpcChannel;
  readonly home: string;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Fetching {
  readonly done: Promise<LoadableFlow>;
  readonly giveUp: AbortController;
  /** How many runs wait for it. */
  wanted: number;
}

const downloadWithinMs = 120_000;
const storageWithinMs = 60_000;

export function openPackageCache({ channel, home, clock, log }: PackageCacheOptions): PackageCache {
  const directory = join(home, 'cache', 'packages');
  const storage = storageOf(channel);
  // Several runs of a new version want it at the same time; it is fetched as long as one of them does.
  const fetching = new Map<string, Fetching>();

  const read = (manifest: StoredManifest, signal: AbortSignal) =>
    readPackage(packagePlace(manifest), { storage, clock, log, signal });

  const begin = (manifest: StoredManifest, key: string): Fetching => {
    const giveUp = new AbortController();
    const done = read(manifest, giveUp.signal)
      .then((bytes) => unpackDocument(manifest, bytes, directory))
      .finally(() => {
        if (fetching.get(key) === begun) fetching.delete(key);
      });
    // Nobody may be left to see it fail.
    done.catch(() => {});
    const begun = { done, giveUp, wanted: 0 };
    fetching.set(key, begun);
    return begun;
  };

  const fetch = async (manifest: StoredManifest, signal: AbortSignal): Promise<LoadableFlow> => {
    signal.throwIfAborted();
    const key = placeKey(manifest);
    const underWay = fetching.get(key) ?? begin(manifest, key);
    underWay.wanted += 1;
    const calledOff = Promise.withResolvers<never>();
    const callOff = () => calledOff.reject(signal.reason);
    signal.addEventListener('abort', callOff, { once: true });
    try {
      const unpacked = await Promise.race([underWay.done, calledOff.promise]);
      // Another flow of the same package may have had it fetched.
      return { ...unpacked, flowName: manifest.flow_name };
    } finally {
      signal.removeEventListener('abort', callOff);
      underWay.wanted -= 1;
      if (underWay.wanted === 0) {
        fetching.delete(key);
        underWay.giveUp.abort();
      }
    }
  };

  return {
    async get(flowData, signal) {
      if (flowData?.encoding !== manifestEncoding)
        throw new PackagingError(
          `flow_data has the encoding "${flowData?.encoding ?? ''}"; "${manifestEncoding}" is needed`,
        );
      const manifest = decodeManifest(flowData.blob);
      // Only the user's own code can open it, and that runs in no process but the run's.
      if (!isDocumentManifest(manifest)) return { manifest, cacheDirectory: directory, flowName: manifest.flow_name };
      const found = await findUnpacked(manifest, directory);
      if (found) return found;
      return fetch(manifest, signal);
    },
  };
}

type StorageClient = ReturnType<typeof storageOf>;

function storageOf(channel: RpcChannel) {
  return channel.client(StorageService);
}

interface DownloadOptions {
  readonly storage: StorageClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The same bytes may be in one place that answers, and in another that does not. */
function placeKey(manifest: StoredManifest): string {
  return JSON.stringify(packagePlace(manifest));
}

async function readPackage(place: PackagePlace, options: DownloadOptions): Promise<Uint8Array> {
  if ('document' in place) return download(place.document, options);
  using storage = openStorage(place.storage);
  return await storage.read(place.key, options.signal);
}

// A storage that refuses goes on to refuse until somebody mends it.
const lastingCodes: readonly Code[] = [Code.NotFound, Code.InvalidArgument, Code.FailedPrecondition];

/** The bytes of a document, however long the server is away. */
async function download(
  document: ServerDocument,
  { storage, clock, log, signal }: DownloadOptions,
): Promise<Uint8Array> {
  const backOff = new BackOff(clock);
  const giveUpAt = clock.now() + storageWithinMs;
  for (;;) {
    try {
      const chunks: Uint8Array[] = [];
      for await (const { chunk } of storage.getDocument(document, { signal, timeoutMs: downloadWithinMs }))
        chunks.push(chunk);
      return Buffer.concat(chunks);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = MillraceError.from(thrown);
      if (lastingCodes.includes(error.code))
        throw new PackagingError(`package ${document.sha256}: ${error.message}`, { cause: error });
      // A server is waited for however long it is away; what it can't reach itself, not in place of other runs.
      if (error.reason === 'STORAGE_UNREACHABLE' && clock.now() > giveUpAt)
        throw new StorageError('unreachable', `package ${document.sha256}: ${error.message}`, { cause: error });
      log.warn({ reason: error.message, package: document.sha256 }, 'a package could not be fetched; trying again');
      await backOff.wait(signal, error.retryDelayMs);
    }
  }
}
