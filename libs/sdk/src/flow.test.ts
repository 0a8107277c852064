import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { definitionOf, type FlowOptions, flow, isFlow } from './flow.ts';
import { DefinitionError, getRunContext, getRunLogger, MissingContextError, ParameterError } from './index.ts';
import { withoutServer } from './testing.ts';

test('a flow is called as the function that it is', async () => {
  const double = flow('double', async ({ x }: { x: number }) => x * 2);
  expect(await withoutServer(() => double({ x: 4 }))).toBe(8);
  expectTypeOf(double).parameter(0).toEqualTypeOf<{ x: number } | undefined>();
  expectTypeOf(double).returns.resolves.toEqualTypeOf<number>();
});

test('parameters are validated, coerced and completed', async () => {
  const greet = flow(
    { name: 'greet', parameters: z.object({ name: z.string().default('world'), times: z.coerce.number() }) },
    (parameters) => parameters,
  );
  expectTypeOf(greet).returns.resolves.toEqualTypeOf<{ name: string; times: number }>();
  expect(await withoutServer(() => greet({ times: '3' }))).toEqual({ name: 'world', times: 3 });
  const error = await withoutServer(() => greet({ times: 'x' })).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ParameterError);
  expect(error).toMatchObject({ issues: [{ path: 'times' }] });
});

test('without parameters a flow gets an empty object', async () => {
  expect(await withoutServer(() => flow('f', (parameters: object) => parameters)())).toEqual({});
});

test('the context is there while a flow runs, and only then', async () => {
  const f = flow('f', async (_parameters: object, ctx) => {
    await Promise.resolve();
    const { isReported, flowName } = ctx.run;
    return { same: getRunContext() === ctx, logger: getRunLogger() === ctx.logger, isReported, flowName };
  });
  expect(await withoutServer(() => f())).toEqual({ same: true, logger: true, isReported: false, flowName: 'f' });
  expect(() => getRunContext()).toThrow(MissingContextError);
  expect(() => getRunLogger()).toThrow(MissingContextError);
});

describe('names', () => {
  test('come from the function where none is given', () => {
    expect(flow({}, async function helloWorld() {}).name).toBe('hello-world');
  });
  test('must come from somewhere', () => {
    expect(() => flow({}, async () => {})).toThrow(/needs a name/);
  });
});

test('durations and retries are made whole', () => {
  const f = flow({ name: 'f', retries: 3, retryDelay: ['1s', 5, '1m'], timeout: '1h' }, () => {});
  expect(definitionOf(f)).toMatchObject({
    retries: 3,
    retryDelays: [1000, 5, 60_000],
    timeoutMs: 3_600_000,
    logPrints: true,
    version: undefined,
  });
});

describe('refused', () => {
  test.each<[string, unknown]>([
    ['an unknown option', { name: 'f', retry: 1 }],
    ['a bad name', { name: 'a/b' }],
    ['negative retries', { name: 'f', retries: -1 }],
    ['broken retries', { name: 'f', retries: 1.5 }],
    ['too many retries', { name: 'f', retries: 1001 }],
    ['a bad delay', { name: 'f', retryDelay: 'soon' }],
    ['too many delays', { name: 'f', retryDelay: Array.from({ length: 101 }, () => 1) }],
    ['no time at all', { name: 'f', timeout: 0 }],
    ['a schema that is none', { name: 'f', parameters: {} }],
    ['no options', undefined],
  ])('%s', (_name, options) => {
    expect(() => flow(options as FlowOptions, () => {})).toThrow(DefinitionError);
  });
  test('no function', () => {
    expect(() => flow('f', undefined as unknown as () => void)).toThrow(DefinitionError);
  });
});

test('a flow of another copy of the package is one', () => {
  const foreign = Object.defineProperty(() => {}, Symbol.for('millrace.flow'), { value: {} });
  expect([isFlow(foreign), isFlow(() => {}), isFlow(undefined), isFlow({})]).toEqual([true, false, false, false]);
});
