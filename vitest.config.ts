import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,libs,tools}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['libs/testing/src/global-setup.ts', 'tools/build-web-once.ts'],
    // One process per test file: tests start child processes, send signals and set up sockets of their own.
    pool: 'forks',
    maxWorkers: 2,
    // A flow that a test calls by mistake is reported to nobody, least of all to the developer's own server.
    env: { MILLRACE_API_URL: 'http://127.0.0.1:1' },
    // What is waited for comes, however slow the machine: only what never comes may fail a test.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
