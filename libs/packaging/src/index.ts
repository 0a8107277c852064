export { type CreatedPackage, DatabasePackager, type FlowSource, type Packager } from './database-packager.ts';
export { followSources } from './follow-sources.ts';
export {
  type DatabaseManifest,
  decodeManifest,
  encodeManifest,
  type JsonObject,
  manifestEncoding,
  type PackageManifest,
} from './manifest.ts';
export { PackagingError, UnfollowableImportError } from './packaging-error.ts';
export { type Serializer, SourceSerializer } from './source-serializer.ts';
export { findUnpacked, type UnpackedFlow, unpackDocument } from './unpack-document.ts';
