import { type ParseArgsConfig, parseArgs } from 'node:util';
import { checkHost, OpenAddressError } from './check-host.ts';

/** Where a process serves, as its flags say. */
export interface ServeFlags {
  readonly host: string;
  /** Undefined: the app's own. */
  readonly port: number | undefined;
  readonly insecure: boolean;
  /** `--allowed-host`, any number of times. */
  readonly allowedHosts: readonly string[];
  /** The switches of this process alone that are on. */
  readonly on: ReadonlySet<string>;
}

/** Flags that can't be used; the message says which, and what is accepted. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** @param switches that this process has besides those of every process that serves */
export function readServeFlags(args: readonly string[], switches: readonly string[] = []): ServeFlags {
  const values = parse(args, switches);
  const host = typeof values.host === 'string' ? values.host : '127.0.0.1';
  const insecure = values.insecure === true;
  const allowedHosts = Array.isArray(values['allowed-host']) ? values['allowed-host'].map(String) : [];
  try {
    checkHost(host, insecure);
  } catch (error) {
    if (!(error instanceof OpenAddressError)) throw error;
    throw new FlagError(`--host ${error.message}`, { cause: error });
  }
  const on = new Set(switches.filter((name) => values[name] === true));
  return { host, port: readPort(values.port), insecure, allowedHosts, on };
}

function parse(args: readonly string[], switches: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = {
    host: { type: 'string' },
    port: { type: 'string' },
    insecure: { type: 'boolean' },
    'allowed-host': { type: 'string', multiple: true },
    ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }])),
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new FlagError(`${error instanceof Error ? error.message : error}; accepted are ${names.join(', ')}`, {
      cause: error,
    });
  }
}

function readPort(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new FlagError(`--port ${text}: 0 to 65535 is accepted`);
  return port;
}

/** Reads the process's own flags; where they can't be used it says so, and ends as for a wrong command. */
export function serveFlagsOfProcess(switches: readonly string[] = []): ServeFlags {
  try {
    return readServeFlags(process.argv.slice(2), switches);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exit(2);
  }
}
