import type { Graph } from '../graph.ts';
import type { Rule } from '../rule.ts';
import { type Manifest, type Workspace, workspaceOf } from '../workspace.ts';

/** Files by path; a package.json is given as what it says. */
export type Files = Readonly<Record<string, string | Manifest>>;

const library = (name: string, tags: readonly string[], more: Manifest = {}): Manifest => ({
  name,
  exports: { '.': './src/index.ts' },
  nx: { tags },
  ...more,
});

/** The least that has the edges which the graph can't be without, and breaks no rule. */
const sound: Files = {
  'package.json': {
    name: 'root',
    workspaces: ['apps/*', 'libs/*', 'examples/*'],
    devDependencies: { vitest: '1' },
    nx: { tags: ['layer:composition', 'env:node'] },
  },
  'apps/server/package.json': library('@millrace/server', ['layer:composition', 'env:node'], {
    dependencies: { '@millrace/orchestrator': '*' },
  }),
  'apps/server/src/index.ts': "export { start } from '@millrace/orchestrator';\n",
  'apps/orchestrator/package.json': library('@millrace/orchestrator', ['layer:service', 'env:node'], {
    dependencies: { '@millrace/db': '*' },
  }),
  'apps/orchestrator/src/index.ts': "export { read as start } from '@millrace/db';\n",
  'apps/scheduler/package.json': library('@millrace/scheduler', ['layer:service', 'env:node']),
  'apps/scheduler/src/index.ts': 'export const start = 1;\n',
  'apps/agent/package.json': library('@millrace/agent', ['layer:edge', 'env:node'], {
    dependencies: { millrace: '*' },
  }),
  'apps/agent/src/index.ts': "export { flow } from 'millrace';\n",
  'libs/db/package.json': library('@millrace/db', ['layer:infra', 'env:node'], {
    dependencies: { '@millrace/orchestration': '*', pg: '1' },
  }),
  'libs/db/src/index.ts':
    "import pg from 'pg';\nexport { decide } from '@millrace/orchestration';\nexport const read = pg;\n",
  'libs/orchestration/package.json': library('@millrace/orchestration', ['layer:domain', 'env:any']),
  'libs/orchestration/src/index.ts': 'export const decide = 1;\n',
  'libs/schedules/package.json': library('@millrace/schedules', ['layer:domain', 'env:any']),
  'libs/schedules/src/index.ts': 'export const next = 1;\n',
  'libs/contracts/package.json': library('@millrace/contracts', ['layer:contract', 'env:any']),
  'libs/contracts/src/index.ts': 'export type State = 1;\n',
  'libs/clock/package.json': library('@millrace/clock', ['layer:base', 'env:any']),
  'libs/clock/src/index.ts': 'export const now = () => Date.now();\n',
  'libs/sdk/package.json': library('millrace', ['layer:public', 'env:node'], {
    dependencies: { '@millrace/contracts': '*' },
  }),
  'libs/sdk/src/index.ts':
    "import type { State } from '@millrace/contracts';\nexport const flow = (state: State) => state;\n",
};

/** The sound workspace with these files added or in the place of its own, undefined ones gone. */
export function tinyWorkspace(
  files: Readonly<Record<string, Files[string] | undefined>> = {},
  graph?: Graph,
): Workspace {
  const texts = new Map<string, string>();
  for (const [path, content] of Object.entries({ ...sound, ...files }))
    if (content !== undefined) texts.set(path, typeof content === 'string' ? content : JSON.stringify(content));
  return workspaceOf(texts, graph ?? declaredGraph(texts));
}

/** The manifest of the sound workspace at that path with more in it. */
export function withManifest(path: string, more: Manifest): Record<string, Manifest> {
  const present = sound[path];
  if (!present || typeof present === 'string') throw new RangeError(`no manifest ${path}`);
  return { [path]: { ...present, ...more, dependencies: { ...present.dependencies, ...more.dependencies } } };
}

/** What is found by a rule. */
export function foundBy(rule: Rule, files: Parameters<typeof tinyWorkspace>[0]): readonly string[] {
  return [...rule.check(tinyWorkspace(files))].map(({ path, line, message }) => `${path}:${line} ${message}`);
}

/** The graph that Nx would make: here each edge is declared or imported, as the files say. */
export function declaredGraph(texts: ReadonlyMap<string, string>): Graph {
  const graph = new Map<string, Set<string>>();
  const { projects, files } = workspaceOf(texts, graph);
  for (const project of projects.values()) {
    const { dependencies, devDependencies } = project.manifest;
    const declared = Object.keys({ ...dependencies, ...devDependencies });
    const named = files
      .filter((file) => file.project === project)
      .flatMap((file) => [...file.ast.text.matchAll(/(?:from |import\()'((?:@[^/']+\/)?[^/']+)/g)])
      .map(([, name = '']) => name);
    const edges = [...declared, ...named].filter((name) => projects.has(name) && name !== project.name);
    graph.set(project.name, new Set(edges));
  }
  return graph;
}
