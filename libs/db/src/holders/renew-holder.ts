import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

/** How long a holder holds without renewing. */
export const leaseMs = 30_000;

const renew = statement(
  'renew_holder',
  `insert into millrace.holder (id, kind, name, lease_until) values ($1, $2, $3, $4)
   on conflict (id) do update set lease_until = greatest(millrace.holder.lease_until, excluded.lease_until)`,
);

/** Says that a holder lives: its lease, and with it that of all its runs, lasts `leaseMs` from now. */
export async function renewHolder(
  executor: Executor,
  holder: { readonly id: string; readonly kind: 'agent' | 'engine'; readonly name: string },
  now: number,
): Promise<void> {
  await executor.run(renew, [holder.id, holder.kind, holder.name, toInstant(now + leaseMs)]);
}
