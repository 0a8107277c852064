import type { Kept } from './policy/budgets.ts';
import { measurements } from './rules/budgets.ts';
import type { Workspace } from './workspace.ts';

/** The ratchet with what has shrunk since; never with anything new or larger. */
export function lowerRatchet(workspace: Workspace, ratchet: Readonly<Record<string, Kept>>): Record<string, Kept> {
  const lowered = Object.entries(ratchet).flatMap(([path, kept]): [string, Kept][] => {
    const file = workspace.fileAt.get(path);
    if (!file) return [];
    const over = measurements(file).flatMap(({ key, measured, limit }): [string, number][] => {
      const before = kept[key];
      return before !== undefined && measured > limit ? [[key, Math.min(before, measured)]] : [];
    });
    return over.length > 0 ? [[path, Object.fromEntries(over)]] : [];
  });
  return Object.fromEntries(lowered);
}
