import { describe, expect, test } from 'vitest';
import { type DeploymentOptions, deployment, isDeployment } from './deployment.ts';
import { DefinitionError } from './errors.ts';
import { flow } from './flow.ts';
import { SubprocessFlowRunner, UniversalFlowRunner } from './flow-runners.ts';
import { every } from './schedules/every.ts';

const f = flow('f', (_parameters: { a?: number; b?: Date }) => {});

test('the defaults', () => {
  const spec = deployment({ flow: f });
  expect(isDeployment(spec)).toBe(true);
  expect(spec).toMatchObject({ flow: f, name: 'f', parameters: {}, tags: [], schedules: [], priority: 0 });
  expect(deployment({ flow: 'other' }).name).toBe('other');
});

test('all that can be said', () => {
  const flowRunner = new SubprocessFlowRunner({ env: { A: '1' }, working_directory: '/srv' });
  const schedule = every('1d');
  const spec = deployment({
    flow: f,
    name: 'daily',
    parameters: { a: 1, b: new Date(0) },
    tags: ['x', 'y', 'x'],
    schedule,
    flowRunner,
    description: 'text',
    priority: 9,
  });
  expect(spec).toMatchObject({
    name: 'daily',
    parameters: { a: 1, b: '1970-01-01T00:00:00.000Z' },
    tags: ['x', 'y'],
    schedules: [schedule],
    flowRunner: { type: 'subprocess', config: { env: { A: '1' }, working_directory: '/srv' } },
    description: 'text',
    priority: 9,
  });
  expect(new UniversalFlowRunner()).toMatchObject({ type: 'universal', config: {} });
});

describe('refused', () => {
  test.each<[string, object]>([
    ['no flow', {}],
    ['a function that is no flow', { flow: () => {} }],
    ['a bad name', { flow: f, name: 'a/b' }],
    ['an unknown option', { flow: f, tag: ['a'] }],
    ['a tag that is empty', { flow: f, tags: [''] }],
    ['tags that are no list', { flow: f, tags: 'a' }],
    ['too many tags', { flow: f, tags: Array.from({ length: 101 }, (_, i) => `${i}`) }],
    ['a priority out of range', { flow: f, priority: 10 }],
    ['parameters that are no object', { flow: f, parameters: [1] }],
    ['parameters that are not JSON', { flow: f, parameters: { a: 1n } }],
    ['one schedule and several', { flow: f, schedule: every('1d'), schedules: [every('1h')] }],
    ['several schedules without slugs', { flow: f, schedules: [every('1d'), every('1h', { slug: 'a' })] }],
    ['several schedules of one slug', { flow: f, schedules: [every('1d', { slug: 'a' }), every('1h', { slug: 'a' })] }],
    ['a schedule that is none', { flow: f, schedule: '1d' }],
  ])('%s', (_name, options) => {
    expect(() => deployment(options as DeploymentOptions<never>)).toThrow(DefinitionError);
  });

  test.each<[string, object]>([
    ['an unknown option of the runner', { image: 'x' }],
    ['a variable that is no text', { env: { A: 1 } }],
    ['a folder that is no text', { working_directory: 1 }],
  ])('%s', (_name, config) => {
    expect(() => new SubprocessFlowRunner(config)).toThrow(DefinitionError);
  });
});
