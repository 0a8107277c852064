import type { Infrastructure as Message } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { Infrastructure } from '@millrace/db';

/** What is said of the process of a run; what is not said stays as it is. */
export function readInfrastructure(message: Message | undefined): Infrastructure {
  const { pid, host, exitCode, signal } = message ?? {};
  return {
    ...(pid === undefined ? {} : { pid }),
    ...(host === undefined ? {} : { host }),
    ...(exitCode === undefined ? {} : { exit_code: exitCode }),
    ...(signal === undefined ? {} : { signal }),
  };
}
