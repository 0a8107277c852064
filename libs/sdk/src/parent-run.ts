import { findRunContext } from './run-context.ts';

/** Calls `make` with the id of the run that this is called in; with none where there is no such run for the server. */
export async function withParent<T>(make: (parentFlowRunId: string) => Promise<T>): Promise<T> {
  const parent = findRunContext()?.run;
  if (!parent?.isReported) return make('');
  try {
    return await make(parent.id);
  } catch (error) {
    // Another installation's server never heard of the parent, and runs can be deleted: a link is no reason to fail.
    if (!isAboutParent(error)) throw error;
    return make('');
  }
}

// By its shape: the error's class is not to be loaded by every flow.
function isAboutParent(error: unknown): boolean {
  const { violations = [] } = error as { readonly violations?: readonly { readonly field: string }[] };
  return violations.some(({ field }) => field === 'parent_flow_run_id');
}
