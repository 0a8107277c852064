import type { Client } from '@connectrpc/connect';
import type { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { Leg } from '../harness/scenario.ts';

export interface ListingLegOptions {
  readonly name: string;
  readonly deployments: Client<typeof DeploymentService>;
  readonly samples: number;
}

const PAGE_SIZE = 200;
const WARM_UP = 3;

/** The calls of `deployment ls`, one page after the other, over a connection that is open. */
export function listingLeg({ name, deployments, samples }: ListingLegOptions): Leg {
  const listAll = async () => {
    const began = process.hrtime.bigint();
    let listed = 0;
    let pageToken = '';
    do {
      const page = await deployments.listDeployments({ sort: 'name', pageSize: PAGE_SIZE, pageToken });
      listed += page.deployments.length;
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    return { tookMs: Number(process.hrtime.bigint() - began) / 1e6, listed };
  };
  return {
    name,
    async run() {
      for (let done = 0; done < WARM_UP; done++) await listAll();
      const samplesMs: number[] = [];
      let total = 0;
      for (let done = 0; done < samples; done++) {
        const { tookMs, listed } = await listAll();
        samplesMs.push(tookMs);
        total += listed;
      }
      return { kind: 'times', samplesMs, rows: { listed: total } };
    },
  };
}
