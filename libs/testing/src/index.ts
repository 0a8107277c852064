/** What the run's set-up hands to the tests, read there by `inject('postgresUrl')` of vitest. */
declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * A superuser's URL of the one Postgres of the run, which keeps nothing. Tests make databases of their own in it.
     * `MILLRACE_TEST_DATABASE_URL` replaces it by a server of the developer's.
     */
    postgresUrl: string;
  }
}

export { type RunPostgres, startRunPostgres } from './run-postgres.ts';
