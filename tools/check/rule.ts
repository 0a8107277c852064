import type ts from 'typescript';
import { lineOf, type SourceFile, type Workspace } from './workspace.ts';

/** One place that breaks a rule, and what to do instead. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface Rule {
  /** What findings are printed under. */
  readonly name: string;
  /** The rule in a sentence, for people. */
  readonly says: string;
  readonly check: (workspace: Workspace) => Iterable<Finding>;
}

/** Findings of a judgement over each node of each file written by hand. */
export function* eachNode(
  workspace: Workspace,
  judge: (node: ts.Node, file: SourceFile) => string | undefined,
): Iterable<Finding> {
  for (const file of workspace.files) {
    if (file.isGenerated) continue;
    for (const node of file.nodes) {
      const message = judge(node, file);
      if (message) yield { path: file.path, line: lineOf(file, node), message };
    }
  }
}

/** Where a project declares itself. */
export function manifestPath(project: { readonly root: string }): string {
  return project.root ? `${project.root}/package.json` : 'package.json';
}

/** Whether a path is one of the places, each a file or, ending in '/', a folder; `*` is any one name. */
export function isWithin(path: string, places: readonly string[]): boolean {
  return places.some((place) => pattern(place).test(path));
}

const patterns = new Map<string, RegExp>();

function pattern(place: string): RegExp {
  const known = patterns.get(place);
  if (known) return known;
  const source = place.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  const made = new RegExp(`^${source}${place.endsWith('/') ? '' : '$'}`);
  patterns.set(place, made);
  return made;
}
