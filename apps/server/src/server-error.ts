/** The server can't start here; the message says what to do. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  /** Stable: "HOME_IN_USE", "DATABASE_MOVED". */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
