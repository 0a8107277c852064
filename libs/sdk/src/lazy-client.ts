import { createRequire } from 'node:module';
import type { MillraceClient as Client } from './client/millrace-client.ts';

type ClientClass = typeof Client;

function load(): ClientClass {
  return (createRequire(import.meta.url)('millrace/client') as { MillraceClient: ClientClass }).MillraceClient;
}

/** Every service of a Millrace server, typed; the class that `millrace/client` has. */
export type MillraceClient = Client;

/**
 * Every service of a Millrace server, typed; the class that `millrace/client` has. Loaded when it is first used: each
 * process that runs a flow imports this package, few want a client, and it takes three times as long to load as the rest.
 */
export const MillraceClient: ClientClass = new Proxy(class {} as unknown as ClientClass, {
  construct: (placeholder, given, target) =>
    Reflect.construct(load(), given, target === MillraceClient || target === placeholder ? load() : target),
  get: (_placeholder, name) => Reflect.get(load(), name),
  has: (_placeholder, name) => Reflect.has(load(), name),
});
