/** What kept the embedded Postgres from starting or stopping; the message says what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** An {@link EmbeddedPostgresError} for a failed access to the file system below `directory`. */
export function folderError(directory: string, cause: unknown): EmbeddedPostgresError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddedPostgresError(
    `The folder ${directory} can't hold the embedded database: ${reason}. ` +
      'Set MILLRACE_HOME to a folder that this user can write, or MILLRACE_DATABASE_URL to a Postgres of yours.',
    { cause },
  );
}
