import type { RunS3 } from './s3.ts';

/** What the run's set-up hands to the tests, read there by `inject('postgresUrl')` of vitest. */
declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * A superuser's URL of the one Postgres of the run, which keeps nothing. Tests make databases of their own in it.
     * `MILLRACE_TEST_DATABASE_URL` replaces it by a server of the developer's.
     */
    postgresUrl: string;
    /** A server that speaks as S3 does, with one bucket, empty at first and shared by all tests. */
    s3: RunS3;
  }
}

export { type RunPostgres, startRunPostgres } from './run-postgres.ts';
export type { RunS3 } from './s3.ts';
