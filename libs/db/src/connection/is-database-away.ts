import { ConnectionLostError } from './dedicated-connection.ts';

const codes = new Set([
  // Postgres: shut down, crashed, starting, recovering; connections exhausted.
  ...['57P01', '57P02', '57P03', '53300'],
  // The network.
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
]);
// The driver's own have no code.
const messages =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** Whether an error says that Postgres can't be reached, or was lost, rather than that it refused something. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  // Class 08 is Postgres' own for lost connections.
  return (
    error instanceof ConnectionLostError || codes.has(code) || /^08...$/.test(code) || messages.test(error.message)
  );
}
