import { leaseMs } from '../holders/renew-holder.ts';

/** SQL: when the agent `a` was last heard of, whose holder, if it has one, is `h`. Every heartbeat renews the lease. */
export const lastSeen = `greatest(a.last_seen, h.lease_until - interval '${leaseMs} milliseconds')`;
