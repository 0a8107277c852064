/** A check that a change must pass, besides the tests. */
export interface Gate {
  /** Its name, and that of its target in Nx. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const node = process.execPath;

/** In the order of how fast they fail. `npm test` runs each; `npm run check` those whose inputs in nx.json changed. */
export const gates: readonly Gate[] = [
  { name: 'types', command: [node, 'node_modules/typescript7/bin/tsc', '--noEmit'] },
  { name: 'types-of-web', command: [node, 'node_modules/typescript7/bin/tsc', '--noEmit', '-p', 'apps/web'] },
  { name: 'lint', command: ['biome', 'ci'] },
  { name: 'boundaries', command: [node, 'tools/check/boundaries.ts'] },
  { name: 'contract-lint', command: ['buf', 'lint', 'proto'] },
  { name: 'contract-format', command: ['buf', 'format', '--diff', '--exit-code', 'proto'] },
  { name: 'generated-code', command: [node, 'tools/generate.ts', '--check'] },
  { name: 'lockfile', command: [node, 'tools/lockfile.mjs', '--check'] },
];
