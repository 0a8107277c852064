import type { Database } from '../connection/database.ts';
import { type SelectedFlowRun, selectFlowRuns } from './select-flow-runs.ts';

/** The run of that id. */
export function getFlowRun(database: Pick<Database, 'kysely'>, id: string): Promise<SelectedFlowRun | undefined> {
  return selectFlowRuns(database.kysely).where('r.id', '=', id).executeTakeFirst();
}
