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

/**
 * The one flow of a module: the one that it exports or, where it exports none, defines. Throws a {@link LoadError} where
 * there is none, or more than one.
 *
 * @param file for messages
 */
export function findOnlyFlow({ exported, defined }: Candidates, file: string): Flow {
  const [flow, ...others] = exported.length > 0 ? exported : defined;
  if (!flow) throw new LoadError(`no flow was found in ${file}: it neither exports nor defines one`);
  if (others.length === 0) return flow;
  const names = [flow, ...others].map((each) => `'${definitionOf(each).name}'`).sort();
  throw new LoadError(`${file} has several flows: ${names.join(', ')}; say which by its name`);
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

/** Under which name a module, a CommonJS module included, exports a flow. */
export function exportNameOf(module: object, flow: Flow): string | undefined {
  const commonJs: unknown = 'default' in module ? module.default : undefined;
  const more = typeof commonJs === 'object' && commonJs !== null ? Object.entries(commonJs) : [];
  return [...Object.entries(module), ...more].find(([, value]) => value === flow)?.[0];
}
