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

test('null is as left out, as for every option that has a default', () => {
  const nothing = { name: null, tags: null, parameters: null, schedule: null, schedules: null };
  const spec = deployment({ flow: f, ...nothing } as unknown as DeploymentOptions<never>);
  expect(spec).toMatchObject({ name: 'f', tags: [], parameters: {}, schedules: [] });
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
  ])('%s', (_name, options) => {
    expect(() => deployment(options as DeploymentOptions<never>)).toThrow(DefinitionError);
  });

  const [a, b] = ['a', 'b'].map((slug) => every('1d', { slug }));
  test.each<[string, object, string]>([
    ['a schedule that is none', { schedule: '1d' }, "schedule must be what every(), cron() or rrule() gives, not '1d'"],
    [
      'a schedule that is off',
      { schedule: false },
      'schedule must be what every(), cron() or rrule() gives, not false',
    ],
    ['a list as one', { schedule: [a] }, 'schedule must be what every(), cron() or rrule() gives, not a list'],
    [
      'schedules by name',
      { schedules: { a } },
      'schedules must be a list of what every(), cron() or rrule() gives, not an object',
    ],
    ['one as several', { schedules: 'a' }, 'schedules must be a list of what every()'],
    [
      'no schedule among them',
      { schedules: [a, null] },
      'schedules[1] must be what every(), cron() or rrule() gives, not null',
    ],
    [
      'one without a slug',
      { schedules: [a, every('1h')] },
      'schedules[1].slug is missing: each of several schedules needs one of its own',
    ],
    [
      'a slug that is there twice',
      { schedules: [a, b, every('1h', { slug: 'a' })] },
      "schedules[2].slug is 'a', as that of schedules[0]: each of several schedules needs one of its own",
    ],
  ])('%s', (_name, options, message) => {
    expect(() => deployment({ flow: f, ...options })).toThrow(DefinitionError);
    expect(() => deployment({ flow: f, ...options })).toThrow(`deployment 'f/f': ${message}`);
  });

  test.each<[string, object]>([
    ['an unknown option of the runner', { image: 'x' }],
    ['a variable that is no text', { env: { A: 1 } }],
    ['a folder that is no text', { working_directory: 1 }],
  ])('%s', (_name, config) => {
    expect(() => new SubprocessFlowRunner(config)).toThrow(DefinitionError);
  });
});
