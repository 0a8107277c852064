import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Graph } from './graph.ts';
import { type Workspace, workspaceOf } from './workspace.ts';

const notOurs = new Set(['node_modules', 'dist', 'coverage', 'third_party']);
const isRead = (name: string) => /\.[cm]?[jt]sx?$|^package\.json$/.test(name);

/** The repository in that folder as it lies there. */
export function loadWorkspace(root: string, graph: Graph): Workspace {
  return workspaceOf(readTexts(root), graph);
}

function readTexts(root: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!notOurs.has(entry.name) && !entry.name.startsWith('.')) visit(path);
      } else texts.set(relative(root, path).split(sep).join('/'), isRead(entry.name) ? readFileSync(path, 'utf8') : '');
    }
  };
  visit(root);
  return texts;
}
