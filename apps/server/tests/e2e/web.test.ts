import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { millrace, type Process, startProcess } from './processes.ts';

const browser = await openBrowser();
if (typeof browser === 'string') {
  if (process.env.CI) throw new Error(browser);
  console.log(`The web UI is not tested: ${browser}`);
}

// What Chromium itself writes when a request finds no server; a page can't keep it from doing so. Tolerated while the
// server is away, and only then.
const noServer = /^Failed to load resource: net::ERR_/;

describe.skipIf(typeof browser === 'string')('the web UI in a browser', () => {
  const stack = new AsyncDisposableStack();
  let environment: Readonly<Record<string, string>>;
  let server: Process;
  let context: BrowserContext;
  let deployments: Page;
  let list: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    const home = await mkdtemp(join(tmpdir(), 'millrace-web-'));
    stack.defer(() => rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
    environment = { MILLRACE_HOME: home };
    server = await startProcess('server', ['--port', '0'], environment);
    stack.defer(() => server[Symbol.asyncDispose]());
    environment = { ...environment, MILLRACE_API_URL: server.url };
    const create = ['deployment', 'create', 'apps/server/tests/e2e/flows/greeting.ts'];
    for (const line of [['work-queue', 'create', 'default'], create])
      expect(await millrace(line, environment)).toMatchObject({ code: 0 });
    stack.use(await startProcess('agent', ['default', '--name', 'web'], environment));
    if (typeof browser === 'string') return;
    stack.defer(() => browser.close());
    context = await browser.newContext({ baseURL: server.url });
    list = await openPage('/runs');
    deployments = await openPage('/deployments');
  }, 60_000);
  afterAll(() => stack.disposeAsync());

  /** A tab whose complaints are collected, and which is marked: the mark is gone once it was loaded again. */
  async function openPage(path: string): Promise<Page> {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(path);
    await page.evaluate("window.mark = 'still here'");
    return page;
  }

  /** Presses the button, and gives the name of the run that was made. */
  async function quickRun(): Promise<string> {
    await deployments.getByRole('button', { name: 'Quick Run of greeting/greets' }).click();
    const link = deployments.getByRole('alert').filter({ hasText: 'Run made' }).getByRole('link').last();
    const name = await link.textContent();
    await deployments.getByRole('alert').getByRole('button').click();
    await link.waitFor({ state: 'detached' });
    return name ?? '';
  }

  const marks = () => Promise.all([list, deployments].map((page) => page.evaluate('window.mark')));
  const row = (name: string) => list.getByRole('row', { name: new RegExp(`^${name}\\b`) });

  test('a Quick Run appears in the list of another tab, completes, and shows its log', async () => {
    await list.getByText('Nothing has run yet').waitFor();
    const name = await quickRun();
    await row(name).getByText('Completed').waitFor();
    await row(name).getByRole('link').click();
    await list.getByRole('log').getByText('run greeting says hello').waitFor();
    const states = list.getByLabel('States');
    await states.getByText('Completed').waitFor();
    expect(await states.textContent()).toMatch(/Scheduled.*Pending.*Running.*Completed/s);
    expect(await marks()).toEqual(['still here', 'still here']);
    expect(errors).toEqual([]);
  });

  test('a schedule is shown with what it says beyond the default', async () => {
    const schedule = deployments.getByRole('row', { name: 'greets' }).getByRole('listitem');
    const options = [
      'where the clocks leave a time out, does not fire',
      'starts runs up to 30 seconds after their fire',
      'lets one run wait until the earlier one has ended, and skips others meanwhile',
      'of missed fires, runs the newest one alone',
      'skips a run that has not been taken 6 hours after its time',
      'parameters over the deployment’s: whom = "everybody"',
    ];
    expect(await schedule.textContent()).toBe(`Every day at 02:30, Berlin (paused)${options.join('; ')}`);
  });

  test('an address opens its page, whatever it was reached by, and an unknown one says so', async () => {
    const page = await openPage('/');
    expect(new URL(page.url()).pathname).toBe('/runs');
    await page.getByRole('row', { name: /greeting\/greets/ }).waitFor();
    await page.goto('/no/such/page');
    await page.getByText('There is no such page').waitFor();
    await page.goto('/runs/00000000-0000-7000-8000-000000000000');
    await page.getByText('There is no such run').waitFor();
    await page.close();
    // The browser's own words about the answer NOT_FOUND.
    expect(errors.splice(0)).toEqual([expect.stringContaining('404 (Not Found)')]);
  });

  test('pages recover by themselves when the server was killed and is started again', async () => {
    await list.getByRole('link', { name: 'Runs', exact: true }).click();
    await row('').first().waitFor();
    await server.kill('SIGKILL');
    await list.getByText('Connection lost, trying again').waitFor();
    expect(errors.filter((error) => !noServer.test(error))).toEqual([]);
    server = await startProcess('server', ['--port', new URL(server.url).port], environment);
    await list.getByText('Connection lost, trying again').waitFor({ state: 'detached' });
    errors.length = 0;
    const name = await quickRun();
    await row(name).getByText('Completed').waitFor();
    await row(name).getByRole('link').click();
    await list.getByRole('log').getByText('run greeting says hello').waitFor();
    expect(await marks()).toEqual(['still here', 'still here']);
    expect(errors).toEqual([]);
  }, 60_000);
});
