import { createHash } from 'node:crypto';
import { invalidArgument } from '@millrace/rpc/errors';

/** A request for one page of a list. */
export interface PageRequest {
  readonly sort: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** The page that is asked for. */
export interface Page {
  /** One of the sorts that the list has. */
  readonly sort: string;
  readonly size: number;
  /** The sort key of the row before the page; undefined for the first page. */
  readonly after: readonly string[] | undefined;
}

const defaultSize = 50;

/**
 * Reads sort, size and token. INVALID_ARGUMENT for an unknown sort, or a token that was not made for this sort.
 * @param sorts what the list can be sorted by, the default first, each with the number of values in its key
 */
export function readPage(request: PageRequest, sorts: Readonly<Record<string, number>>): Page {
  const names = Object.keys(sorts);
  const sort = request.sort || (names[0] ?? '');
  const keyLength = sorts[sort];
  if (keyLength === undefined)
    throw invalidArgument([{ field: 'sort', description: `"${sort}" is none of ${names.join(', ')}` }]);
  const size = request.pageSize || defaultSize;
  if (!request.pageToken) return { sort, size, after: undefined };
  const after = decode(request.pageToken);
  if (after?.[0] !== sort || after.length !== keyLength + 1)
    throw invalidArgument([{ field: 'page_token', description: `is not a token of this list sorted by ${sort}` }]);
  return { sort, size, after: after.slice(1) };
}

/**
 * Stands for what a list is filtered by; put in its tokens, so that one that was made for another filter is known.
 * @param filter the whole of it, the same each time
 */
export function filterFingerprint(filter: string | Uint8Array): string {
  return createHash('sha256').update(filter).digest('base64url').slice(0, 12);
}

/** The token for the page after the row that has this key. */
export function nextPageToken(sort: string, key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([sort, ...key.map(String)])).toString('base64url');
}

function decode(token: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
