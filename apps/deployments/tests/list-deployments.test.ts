import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, deployment, startApp } from './start-app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
  for (let index = 0; index < 7; index++) {
    const flow = { case: 'flowName', value: `flow ${index % 2}` } as const;
    await app.deployments.createDeployment(
      deployment({ flow, name: `Dep ${6 - index}`, tags: index < 3 ? ['a', 'b'] : ['a'] }),
    );
    await app.clock.advance(1000);
  }
});
afterAll(() => app[Symbol.asyncDispose]());

type Request = Parameters<App['deployments']['listDeployments']>[0];

async function pages(request: Request): Promise<string[]> {
  const names: string[] = [];
  for (let pageToken = ''; ; ) {
    const page = await app.deployments.listDeployments({ ...request, pageToken });
    names.push(...page.deployments.map(({ flowName, name }) => `${flowName}/${name}`));
    pageToken = page.nextPageToken;
    if (!pageToken) return names;
  }
}

const byName = [
  'flow 0/Dep 0',
  'flow 0/Dep 2',
  'flow 0/Dep 4',
  'flow 0/Dep 6',
  'flow 1/Dep 1',
  'flow 1/Dep 3',
  'flow 1/Dep 5',
];
const byCreated = [
  'flow 0/Dep 0',
  'flow 1/Dep 1',
  'flow 0/Dep 2',
  'flow 1/Dep 3',
  'flow 0/Dep 4',
  'flow 1/Dep 5',
  'flow 0/Dep 6',
];

test.each([0, 1, 2, 7, 200])('pages of %d give each deployment once, in order', async (pageSize) => {
  expect(await pages({ pageSize })).toEqual(byName);
  expect(await pages({ pageSize, sort: 'created' })).toEqual(byCreated);
});

test.each([
  [{ flowNames: ['flow 1'] }, byName.slice(4)],
  [{ tagsAll: ['b', 'a'] }, ['flow 0/Dep 4', 'flow 0/Dep 6', 'flow 1/Dep 5']],
  [{ nameLike: 'dEP 5' }, ['flow 1/Dep 5']],
  [{ nameLike: '%' }, []],
  [{ flowNames: ['flow 0'], tagsAll: ['b'], nameLike: '6' }, ['flow 0/Dep 6']],
])('filter %j', async (filter, names) => {
  expect(await pages({ filter, pageSize: 1 })).toEqual(names);
  const { totalCount } = await app.deployments.listDeployments({ filter, includeTotal: true, pageSize: 1 });
  expect(totalCount).toBe(names.length);
});

test('a total is counted only when asked for', async () => {
  expect((await app.deployments.listDeployments({})).totalCount).toBeUndefined();
});

test('bad sorts, tokens and sizes are refused by field', async () => {
  const { nextPageToken } = await app.deployments.listDeployments({ pageSize: 1 });
  const forged = Buffer.from(JSON.stringify(['created', '', 'x', 'y'])).toString('base64url');
  const refused: [Request, string][] = [
    [{ sort: 'size' }, 'sort'],
    [{ pageToken: 'abc' }, 'page_token'],
    [{ pageToken: forged, sort: 'created' }, 'page_token'],
    [{ pageToken: nextPageToken, sort: 'created' }, 'page_token'],
    [{ pageToken: nextPageToken, filter: { tagsAll: ['a'] } }, 'page_token'],
    [{ pageSize: 201 }, 'page_size'],
  ];
  for (const [request, field] of refused)
    await expect(app.deployments.listDeployments(request)).rejects.toMatchObject({ violations: [{ field }] });
});
