import { expect, test } from 'vitest';
import type { Rule } from '../rule.ts';
import { clock } from '../rules/clock.ts';
import { environment } from '../rules/environment.ts';
import { syntax } from '../rules/syntax.ts';
import { foundBy } from './tiny-workspace.ts';

const handler = 'apps/orchestrator/src/rpc/get-run.ts';
const testFile = 'apps/orchestrator/tests/get-run.test.ts';

/** A line of code, in a file, and what is said of it. */
type Case = readonly [code: string, finding: RegExp, path?: string];

const found: readonly (readonly [Rule, readonly Case[]])[] = [
  [
    environment,
    [
      ['const url = process.env.MILLRACE_URL;', /reads process.env; settings are read in libs\/settings/],
      ["const url = process['env'].X;", /reads process.env/],
      ['const { env } = process;', /reads process.env/],
      ['const { env: all } = globalThis.process;', /reads process.env/],
      ["import { env } from 'node:process';", /reads process.env/],
    ],
  ],
  [
    clock,
    [
      ['const now = new Date();', /uses new Date\(\): only libs\/clock knows the time/],
      ['const now = new Date;', /uses new Date\(\)/],
      ['const now = Date();', /uses Date\(\)/],
      ['const now = Date.now();', /uses Date.now/],
      ['[1].map(Date.now);', /uses Date.now/],
      ['performance.now();', /uses performance.now/],
      ['Temporal.Now.instant();', /uses Temporal.Now/],
      ['setTimeout(() => {}, 10);', /uses setTimeout/],
      ['globalThis.setInterval(() => {}, 10);', /uses setInterval/],
      ['setImmediate(() => {});', /uses setImmediate/],
      ['const later = { setTimeout };', /uses setTimeout/],
      ["import { setTimeout as sleep } from 'node:timers/promises';", /uses node:timers\/promises/],
      ["await import('timers');", /uses timers/],
      ['AbortSignal.timeout(5);', /uses AbortSignal.timeout/],
      ['await new Promise((done) => setTimeout(done, 10));', /uses setTimeout: a test does not sleep/, testFile],
      ['await page.waitForTimeout(10);', /uses page.waitForTimeout: a test does not sleep/, testFile],
      ['await systemClock.sleep(10);', /uses systemClock.sleep: a test does not sleep/, testFile],
      ["import { setTimeout } from 'node:timers/promises';", /uses node:timers\/promises: a test/, testFile],
    ],
  ],
  [
    syntax,
    [
      ['enum Color { Red }', /^.*:2 enum: /],
      ['const enum Color { Red }', /enum: /],
      ['namespace Colors { export const red = 1; }', /namespace: /],
      ['class A { constructor(private readonly b: number) {} }', /parameter property: /],
      ['@sealed class A {}', /decorator: /],
      ['const a: any = 1;', /any: use unknown/],
      ['const a = b as any;', /any: use unknown/],
      ['export default 1;', /default export: /],
      ['export default function start() {}', /default export: /],
      ["vi.mock('./other.ts');", /module mock: /, testFile],
    ],
  ],
];

for (const [rule, cases] of found)
  test.for(cases)(`${rule.name}: finds %s`, ([code, finding, path = handler]) => {
    const findings = foundBy(rule, { [path]: `// A line above.\n${code}\n` });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(finding);
    expect(findings[0]?.startsWith(`${path}:2 `)).toBe(true);
  });

test.for([
  [environment, 'const a = process.env.HOME;', 'apps/orchestrator/src/main.ts'],
  [environment, 'const a = process.env.HOME;', 'libs/settings/src/read.ts'],
  [environment, 'spawn(a, { env: process.env });', testFile],
  [environment, 'const a = context.env; const { env } = options; child.env.X = 1;', handler],
  [clock, 'const a = Date.now(); setTimeout(run, 1);', 'libs/clock/src/system.ts'],
  [clock, 'const a = new Date(0); Date.UTC(2026); clock.now(); clock.sleep(1); socket.setTimeout(5);', handler],
  [clock, 'await new Promise(setImmediate);', testFile],
  [clock, "const flow = 'setTimeout(done, 10)';", testFile],
  [syntax, "declare module 'vitest' { interface Given { a: 1 } }\ndeclare global { var a: 1 }", handler],
  [syntax, 'export default {};', 'vitest.config.ts'],
  [syntax, "const text = 'enum any default';\nswitch (text) { default: }", handler],
] as const)('$0.name: leaves alone $1 in $2', ([rule, code, path]) => {
  expect(foundBy(rule, { [path]: code })).toEqual([]);
});
