import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { AdminService } from '@millrace/contracts/millrace/v1/admin_service_pb';
import { millraceVersion } from '@millrace/settings';
import { type Service, service } from './service.ts';

/** How a piece of work that is done again and again fares. */
export interface LoopStatus {
  readonly name: string;
  /** Those that ended, the failed ones included. */
  readonly passes: number;
  readonly failures: number;
  /** How long the last pass took, and all of them. */
  readonly lastPassMs: number;
  readonly totalPassMs: number;
  /** When the last pass ended, epoch milliseconds; null before the first. */
  readonly lastEndedAt: number | null;
  /** Why the last pass failed; null if it did not. */
  readonly lastError: string | null;
}

/** Says which app of which version answers, and how its loops fare. */
export function adminService(app: string, loops: () => readonly LoopStatus[]): Service {
  return service(AdminService, {
    async getVersion() {
      return { version: millraceVersion, app };
    },
    async listLoops() {
      return { loops: loops().map(loopMessage) };
    },
  });
}

function loopMessage(status: LoopStatus) {
  const { name, passes, failures, lastPassMs, totalPassMs, lastEndedAt, lastError } = status;
  return {
    ...{ name, passes: BigInt(passes), failures: BigInt(failures) },
    lastPass: durationFromMs(lastPassMs),
    totalPass: durationFromMs(totalPassMs),
    ...(lastEndedAt !== null && { lastEnded: timestampFromMs(lastEndedAt) }),
    ...(lastError !== null && { lastError }),
  };
}
