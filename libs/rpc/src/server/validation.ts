import type { DescMessage, Message } from '@bufbuild/protobuf';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { internal, invalidArgument } from '../errors.ts';

/** Throws INVALID_ARGUMENT unless the message keeps the rules written in the proto. */
export type Validate = (descriptor: DescMessage, message: Message) => void;

/** Loads protovalidate, which takes 150 ms: for servers only. */
export async function loadValidation(): Promise<Validate> {
  const { createValidator } = await import('@bufbuild/protovalidate');
  const validator = createValidator();
  return (descriptor, message) => {
    const result = validator.validate(descriptor, message);
    if (result.kind === 'valid') return;
    // The rules themselves are broken: ours to mend, not the caller's.
    if (result.kind === 'error') throw internal(result.error);
    throw invalidArgument(
      result.violations.map((violation) => ({
        field: pathToString(violation.field),
        description: violation.message || violation.ruleId,
      })),
    );
  };
}
