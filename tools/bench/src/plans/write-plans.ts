import type { Clock } from '@millrace/clock';
import { writePage } from '../pages/write-page.ts';
import { explainHotStatements } from './explain-hot-statements.ts';

/** Which page shows which statements' plans. */
const pages: Readonly<Record<string, readonly string[]>> = {
  claim: ['find_claim_candidates', 'find_next_due', 'lock_claim_candidates', 'delete_queue_entries'],
  transitions: ['lock_flow_runs', 'find_first_answers', 'write_flow_runs', 'insert_flow_run_states'],
  README: ['list_by_sort_at', 'list_by_sort_at_after', 'list_by_created_after', 'list_of_deployment_after'],
};

/** Brings the plans on the pages up to date. */
export async function writePlans(clock: Clock): Promise<void> {
  const explained = await explainHotStatements(clock);
  for (const [page, names] of Object.entries(pages)) {
    const lines = names.flatMap((name) => {
      const plan = explained.get(name);
      if (!plan) throw new RangeError(`there is no hot statement ${name}`);
      return [`\`${name}\``, '', ...plan, ''];
    });
    await writePage(page, 'plans', lines);
  }
}
