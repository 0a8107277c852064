import {
  clone,
  createFileRegistry,
  createRegistry,
  type DescFile,
  type DescService,
  type MessageInitShape,
  type Registry,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { file_google_rpc_error_details } from '@millrace/contracts/google/rpc/error_details_pb';
import {
  file_grpc_reflection_v1_reflection,
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponseSchema,
} from '@millrace/contracts/grpc/reflection/v1/reflection_pb';
import { Code } from '../errors.ts';
import { type Service, service } from './service.ts';

type Answer = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>['messageResponse']>;

/**
 * grpc.reflection, as v1 and as v1alpha: lets tools such as `buf curl` call the server without its proto files. v1alpha
 * is all that grpcio's own client of reflection knows.
 */
export function reflectionServices(services: readonly DescService[]): Service[] {
  const reflection = [ServerReflection, alphaOf(file_grpc_reflection_v1_reflection)];
  const all = [...services, ...reflection];
  // No method names the details of errors, but who gets some asks for them.
  const files = collect(file_google_rpc_error_details, new Map());
  for (const { file } of all) collect(file, files);
  const contents: Contents = { services: all, files, registry: createRegistry(...files.values()) };
  return reflection.map((descriptor) =>
    service(descriptor, {
      async *serverReflectionInfo(requests) {
        for await (const request of requests)
          yield { validHost: request.host, originalRequest: request, messageResponse: answer(request, contents) };
      },
    }),
  );
}

/** The older package has the same messages, field by field. */
function alphaOf(file: DescFile): typeof ServerReflection {
  const proto = clone(FileDescriptorProtoSchema, file.proto);
  const renamed = (name: string) => name.replace('grpc.reflection.v1.', 'grpc.reflection.v1alpha.');
  proto.name = 'grpc/reflection/v1alpha/reflection.proto';
  proto.package = 'grpc.reflection.v1alpha';
  for (const { field } of proto.messageType) for (const one of field) one.typeName = renamed(one.typeName);
  for (const { method } of proto.service)
    for (const one of method)
      Object.assign(one, { inputType: renamed(one.inputType), outputType: renamed(one.outputType) });
  const descriptor = createFileRegistry(proto, () => undefined).getService(renamed(ServerReflection.typeName));
  return descriptor as typeof ServerReflection;
}

interface Contents {
  readonly services: readonly DescService[];
  readonly files: ReadonlyMap<string, DescFile>;
  readonly registry: Registry;
}

function answer({ messageRequest: asked }: ServerReflectionRequest, { services, files, registry }: Contents): Answer {
  switch (asked.case) {
    case 'listServices': {
      const names = services.map(({ typeName }) => ({ name: typeName }));
      return { case: 'listServicesResponse', value: { service: names } };
    }
    case 'fileByFilename':
      return fileOr(files.get(asked.value), `no file ${asked.value}`);
    case 'fileContainingSymbol':
      return fileOr(fileOf(asked.value, registry), `no symbol ${asked.value}`);
    case 'allExtensionNumbersOfType': {
      const extensions = [...registry].filter(
        (type) => type.kind === 'extension' && type.extendee.typeName === asked.value,
      );
      const extensionNumber = extensions.map((type) => (type.kind === 'extension' ? type.number : 0));
      return { case: 'allExtensionNumbersResponse', value: { baseTypeName: asked.value, extensionNumber } };
    }
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = asked.value;
      const extendee = registry.getMessage(containingType);
      const extension = extendee && registry.getExtensionFor(extendee, extensionNumber);
      return fileOr(extension?.file, `no extension ${extensionNumber} of ${containingType}`);
    }
    default:
      return failed(Code.InvalidArgument, 'the request asks for nothing');
  }
}

/** The file that declares a type, or the type of which the symbol is a method, field or value. */
function fileOf(symbol: string, registry: Registry): DescFile | undefined {
  const parent = symbol.slice(0, Math.max(symbol.lastIndexOf('.'), 0));
  return (registry.get(symbol) ?? registry.get(parent))?.file;
}

// With all that it imports, those first: a client needs no second question.
function fileOr(file: DescFile | undefined, complaint: string): Answer {
  if (!file) return failed(Code.NotFound, complaint);
  const needed = collect(file, new Map());
  const fileDescriptorProto = [...needed.values()]
    .reverse()
    .map((one) => toBinary(FileDescriptorProtoSchema, one.proto));
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

function failed(errorCode: Code, errorMessage: string): Answer {
  return { case: 'errorResponse', value: { errorCode, errorMessage } };
}

function collect(file: DescFile, into: Map<string, DescFile>): Map<string, DescFile> {
  if (into.has(file.proto.name)) return into;
  for (const dependency of file.dependencies) collect(dependency, into);
  return into.set(file.proto.name, file);
}
