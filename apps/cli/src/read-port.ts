import { UsageError } from './usage-error.ts';

const LARGEST_PORT = 65_535;

/** The value of `--port`, checked. */
export function readPort(port: number | undefined): number | undefined {
  if (port !== undefined && port > LARGEST_PORT)
    throw new UsageError(`--port ${port}: at most ${LARGEST_PORT} is accepted`);
  return port;
}
