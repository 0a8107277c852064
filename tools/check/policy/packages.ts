/** Packages that only their home may import. */
export interface Housed {
  readonly packages: readonly string[];
  readonly home: readonly string[];
  readonly instead: string;
  /** Other places, each with its reason. */
  readonly exceptions?: readonly { readonly places: readonly string[]; readonly why: string }[];
}

export const housed: readonly Housed[] = [
  {
    packages: ['pg', 'kysely', '@types/pg'],
    home: ['libs/db/'],
    instead: 'write a statement in libs/db and call it',
    exceptions: [
      { places: ['libs/embedded-postgres/tests/'], why: 'they ask a server whether it is up, below libs/db' },
      { places: ['tools/bench/'], why: 'it measures against the bare driver and against peers on the same server' },
    ],
  },
  {
    packages: ['@grpc/grpc-js', '@connectrpc/connect-node'],
    home: ['libs/rpc/'],
    instead: 'use @millrace/rpc/grpc-client, http-client or server',
    exceptions: [{ places: ['tools/bench/'], why: 'it measures against the bare transport' }],
  },
  {
    packages: ['@connectrpc/connect-web'],
    home: ['libs/rpc/', 'apps/web/'],
    instead: 'use @millrace/rpc/fetch-client',
  },
  {
    packages: ['graphile-worker', 'pg-boss', '@dbos-inc/dbos-sdk'],
    home: ['tools/bench/'],
    instead: 'compare with them in tools/bench; nothing of ours is built on them',
  },
];

/** Declared and never imported, rightly. */
export const usedOtherwise: readonly { readonly packages: RegExp; readonly why: string }[] = [
  { packages: /^@embedded-postgres\//, why: 'their programs are run' },
  { packages: /^@types\/(node|react|react-dom)$/, why: 'types of the surroundings' },
];
