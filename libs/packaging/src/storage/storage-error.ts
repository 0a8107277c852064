import { PackagingError } from '../packaging-error.ts';

/** A storage that did not do what was asked of it. */
export class StorageError extends PackagingError {
  /** `missing`: nothing is under the key; `refused`: the storage won't; `unreachable`: trying again may succeed. */
  readonly kind: 'missing' | 'refused' | 'unreachable';

  constructor(kind: StorageError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
