import type { WatchedSubject } from 'millrace/watch';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { live } from '../api.ts';
import type { LiveEvent, LiveStatus } from './live-connection.ts';

/** Follows a subject as long as the component is shown; another `key` is another subject. */
export function useLive(
  key: string,
  subject: WatchedSubject | undefined,
  onEvents: (events: readonly LiveEvent[]) => void,
) {
  const follow = useEffectEvent(() => subject && live.follow(subject, (events) => deliver(events)));
  const deliver = useEffectEvent(onEvents);
  const isWanted = subject !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the subject, which is made anew each time
  useEffect(() => (isWanted ? follow() : undefined), [key, isWanted]);
}

/** How the live connection is. */
export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(live.onStatus, () => live.status);
}
