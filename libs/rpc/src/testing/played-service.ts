import type { DescService } from '@bufbuild/protobuf';
import { Code, MillraceError } from '../errors.ts';
import type { Implementation, Service } from '../server/service.ts';

/**
 * A service of which a test plays some methods; the others answer UNIMPLEMENTED. So a new RPC is of no concern to tests
 * that don't call it.
 */
export function playedService<S extends DescService>(descriptor: S, played: Partial<Implementation<S>>): Service {
  const missing = descriptor.methods.filter((method) => !(method.localName in played));
  const refuse = (name: string) => () => {
    throw new MillraceError({
      code: Code.Unimplemented,
      reason: 'NOT_PLAYED',
      message: `this test does not play ${descriptor.name}.${name}`,
    });
  };
  const refusals = Object.fromEntries(missing.map(({ name, localName }) => [localName, refuse(name)]));
  return { descriptor, implementation: { ...refusals, ...played } };
}
