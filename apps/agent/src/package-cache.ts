import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import type { DataDocument } from '@millrace/contracts/millrace/v1/data_document_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import {
  decodeManifest,
  findUnpacked,
  manifestEncoding,
  type PackageManifest,
  PackagingError,
  type UnpackedFlow,
  unpackDocument,
} from '@millrace/packaging';
import { Code, MillraceError } from '@millrace/rpc/errors';
import type { RpcChannel } from '@millrace/rpc/grpc-client';

/** Flows' code on this machine's disk. */
export interface PackageCache {
  /**
   * The code that a deployment's `flow_data` describes, fetched if it is not here yet, however long the server is away.
   * Throws a `PackagingError` if there is no such code, or it can't be used.
   */
  get(flowData: DataDocument | undefined, signal: AbortSignal): Promise<UnpackedFlow>;
}

export interface PackageCacheOptions {
  /** To the deployments app. */
  readonly channel: RpcChannel;
  readonly home: string;
  readonly clock: Clock;
}

export function openPackageCache({ channel, home, clock }: PackageCacheOptions): PackageCache {
  const directory = join(home, 'cache', 'packages');
  const storage = channel.client(StorageService);
  // Several runs of a new version want it at the same time.
  const fetching = new Map<string, Promise<UnpackedFlow>>();

  const download = async (sha256: string, signal: AbortSignal): Promise<Uint8Array> => {
    const backOff = new BackOff(clock);
    for (;;) {
      try {
        const chunks: Uint8Array[] = [];
        for await (const { chunk } of storage.getDocument({ sha256 })) chunks.push(chunk);
        return Buffer.concat(chunks);
      } catch (thrown) {
        const error = MillraceError.from(thrown);
        if (error.code === Code.NotFound || error.code === Code.InvalidArgument)
          throw new PackagingError(`package ${sha256}: ${error.message}`, { cause: error });
        signal.throwIfAborted();
        await backOff.wait(signal, error.retryDelayMs);
      }
    }
  };

  const fetch = async (manifest: PackageManifest, signal: AbortSignal) =>
    unpackDocument(manifest, await download(manifest.document, signal), directory);

  return {
    async get(flowData, signal) {
      if (flowData?.encoding !== manifestEncoding)
        throw new PackagingError(
          `flow_data has the encoding "${flowData?.encoding ?? ''}"; "${manifestEncoding}" is needed`,
        );
      const manifest = decodeManifest(flowData.blob);
      const found = await findUnpacked(manifest, directory);
      if (found) return found;
      const key = `${manifest.document} ${manifest.flow_name}`;
      const underWay = fetching.get(key) ?? fetch(manifest, signal).finally(() => fetching.delete(key));
      fetching.set(key, underWay);
      return underWay;
    },
  };
}
