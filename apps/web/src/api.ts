import { systemClock } from '@millrace/clock/system';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { Code, MillraceError } from '@millrace/rpc/errors';
import { openFetch } from '@millrace/rpc/fetch-client';
import { notifyManager, QueryClient } from '@tanstack/react-query';
import { LiveConnection } from './live/live-connection.ts';

const channel = openFetch(window.location.origin, { actor: 'web' });
const mostRetries = 2;

export const { transport } = channel;
export const flowRuns = channel.client(FlowRunService);

/** Live news keep most of the cache fresh, so little is asked for again merely because a window got the focus. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // A server away is tried again by hand, or by itself once the live connection is back.
      retry: (failures, error) => failures < mostRetries && MillraceError.from(error).code === Code.Unavailable,
    },
  },
});

/** The one stream of this tab. */
export const live = new LiveConnection({
  client: channel.client(WatchService),
  clock: systemClock,
  batch: (deliver) => notifyManager.batch(deliver),
  onGap: () => void queryClient.invalidateQueries(),
});

const followVisibility = () => live.setVisible(document.visibilityState === 'visible');
document.addEventListener('visibilitychange', followVisibility);
followVisibility();
