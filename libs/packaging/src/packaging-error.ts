/** A flow that can't be packaged, or a package that can't be used. */
export class PackagingError extends Error {
  override readonly name: string = 'PackagingError';
}

/** Where an import stands, and what is wrong with it. */
export interface UnfollowableImport {
  /** Absolute path of the importing file. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** The import as it is written. */
  readonly specifier: string;
  /** Why it can't be followed. */
  readonly why: string;
}

/** An import that `SourceSerializer` can't follow, so that the package would lack a file. */
export class UnfollowableImportError extends PackagingError {
  override readonly name = 'UnfollowableImportError';
  /** Absolute path of the importing file. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** The import as it is written. */
  readonly specifier: string;

  constructor(found: UnfollowableImport) {
    super(
      `${found.file}:${found.line}: the import of ${found.specifier} can't be packaged: ${found.why}. ` +
        'SourceSerializer follows relative imports of existing files by their literal path; ' +
        'BundleSerializer takes other imports too.',
    );
    this.file = found.file;
    this.line = found.line;
    this.specifier = found.specifier;
  }
}
