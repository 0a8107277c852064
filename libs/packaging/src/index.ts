export { BundleSerializer } from './bundle-serializer.ts';
export { DatabasePackager } from './database-packager.ts';
export { FilePackager, type FilePackagerOptions } from './file-packager.ts';
export type { FlowSource } from './flow-source.ts';
export { followSources } from './follow-sources.ts';
export { ImportSerializer } from './import-serializer.ts';
export {
  checkManifest,
  type DatabaseManifest,
  type DocumentManifest,
  decodeManifest,
  encodeManifest,
  type FileManifest,
  isDocumentManifest,
  type JsonObject,
  manifestEncoding,
  type PackageManifest,
} from './manifest.ts';
export { openCustomPackage } from './open-custom.ts';
export { type PackagePlace, packagePlace, type ServerDocument } from './package-place.ts';
export type { Packager, PackagingContext, UnpackagingContext } from './packager.ts';
export { PackagingError, UnfollowableImportError } from './packaging-error.ts';
export type { FlowCode, ModuleReference, Serializer } from './serializer.ts';
export { SourceSerializer } from './source-serializer.ts';
export type { SourceTree } from './source-tree.ts';
export { LocalStorage } from './storage/local-storage.ts';
export { openStorage } from './storage/open-storage.ts';
export { S3Storage, type S3StorageOptions } from './storage/s3-storage.ts';
export type { Storage, StorageReference } from './storage/storage.ts';
export { StorageError } from './storage/storage-error.ts';
export { storageKeyProblem } from './storage/storage-key.ts';
export {
  type CustomPackage,
  findUnpacked,
  type LoadableFlow,
  type ReferredFlow,
  type UnpackedFlow,
  unpackDocument,
} from './unpack-document.ts';
