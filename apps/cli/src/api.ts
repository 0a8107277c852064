import type { DescService } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { openHttp, type RpcChannel } from '@millrace/rpc/http-client';
import { type ServiceUrls, type Settings, serviceUrls } from '@millrace/settings';

/** The services, each called at the address that serves it. */
export interface Api extends Disposable {
  client<Service extends DescService>(service: Service): Client<Service>;
}

/** Opens nothing yet: connections are made with the first call. */
export function openApi(settings: Settings): Api {
  const urls = serviceUrls(settings);
  const channels = new Map<string, RpcChannel>();
  return {
    client(service) {
      const url = urls[appOf(service)];
      const channel = channels.get(url) ?? openHttp(url, { actor: 'cli' });
      channels.set(url, channel);
      return channel.client(service);
    },
    [Symbol.dispose]() {
      for (const channel of channels.values()) channel[Symbol.dispose]();
    },
  };
}

const deploymentsServices = ['DeploymentService', 'StorageService'];

function appOf(service: DescService): keyof ServiceUrls {
  if (deploymentsServices.includes(service.name)) return 'deployments';
  return service.name === 'WorkQueueService' ? 'scheduler' : 'orchestrator';
}
