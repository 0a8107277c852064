import type { FlowSource } from './flow-source.ts';
import { PackagingError } from './packaging-error.ts';
import type { Serializer } from './serializer.ts';

// StorageService refuses larger documents.
const MAX_PACKAGE_BYTES = 64 * 1024 * 1024;

/** A flow's code as bytes, and what every manifest says of them. Throws a {@link PackagingError} above 64 MiB. */
export async function serializeFlow(flow: FlowSource, serializer: Serializer) {
  const bytes = await serializer.serialize(flow);
  if (bytes.byteLength > MAX_PACKAGE_BYTES)
    throw new PackagingError(`${flow.file}: the package has ${bytes.byteLength} bytes, more than 64 MiB`);
  const schema = flow.parameterSchema === undefined ? {} : { flow_parameter_schema: flow.parameterSchema };
  return { bytes, manifest: { flow_name: flow.name, ...schema, serializer: serializer.type } };
}
