import { filesEndingIn, read } from './markdown.ts';

/** The contract's services with their methods, as the .proto files say. */
export function contractServices(): ReadonlyMap<string, readonly string[]> {
  const services = new Map<string, string[]>();
  for (const file of filesEndingIn('.proto')) {
    for (const [, name = '', body = ''] of read(file).matchAll(/^service (\w+) \{\n([\s\S]*?)^\}/gm))
      services.set(
        name,
        [...body.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, method = '']) => method),
      );
  }
  return services;
}
