import { FlowNotFoundError, LoadError } from './errors.ts';
import { definitionOf, type Flow, isFlow } from './flow.ts';

/**
 * The flow of that name among what a module exports or, failing that, defined or imported while it was loaded. Throws a
 * {@link FlowNotFoundError} that lists the flows that are there.
 *
 * @param file for messages
 */
export function findFlow(name: string, candidates: Candidates, file: string): Flow {
  const named = (flow: Flow) => definitionOf(flow).name === name;
  const exported = candidates.exported.filter(named);
  const matching = exported.length > 0 ? exported : candidates.defined.filter(named);
  const [flow, other] = matching;
  if (!flow) {
    const all = [...candidates.exported, ...candidates.defined];
    throw new FlowNotFoundError(file, name, [...new Set(all.map((each) => definitionOf(each).name))]);
  }
  if (other) throw new LoadError(`${file} has several flows named '${name}'; their names must differ`);
  return flow;
}

/** The flows of a module. */
export interface Candidates {
  readonly exported: readonly Flow[];
  /** Those made while the module was loaded, exported or not. */
  readonly defined: readonly Flow[];
}

/** The values of a kind that a module exports, a CommonJS module included; each once. */
export function exportsOf<T>(module: object, isOne: (value: unknown) => value is T): T[] {
  const found = new Set<T>();
  for (const value of Object.values(module)) if (isOne(value)) found.add(value);
  const commonJs: unknown = 'default' in module ? module.default : undefined;
  if (typeof commonJs === 'object' && commonJs !== null)
    for (const value of Object.values(commonJs)) if (isOne(value)) found.add(value);
  return [...found];
}

/** What {@link findFlow} looks through. */
export function candidatesOf(module: object, defined: Iterable<Flow>): Candidates {
  return { exported: exportsOf(module, isFlow), defined: [...defined] };
}
