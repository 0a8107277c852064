import type { Argument, Command } from './command.ts';

const storageName: Argument = { name: 'NAME', summary: "the storage's name" };

/** The part of the table of commands that deals with storages. */
export const storageCommands: readonly Command[] = [
  {
    name: 'storage create',
    summary: 'Give a name to a folder of the server, or to a bucket of S3',
    description:
      'The server reads and writes it for everybody else. It is tried first, and not made where it does not work. The ' +
      'same place again under the same name replaces the secret. With --access-key-id its secret is read from ' +
      '--secret-file, else from AWS_SECRET_ACCESS_KEY; the server keeps it encrypted, and nobody is shown it again.',
    arguments: [storageName],
    flags: [
      { name: 'base-path', kind: 'text', value: 'FOLDER', summary: "a folder, absolute, of the server's machine" },
      { name: 'bucket', kind: 'text', value: 'BUCKET', summary: 'a bucket that is there' },
      {
        name: 'region',
        kind: 'text',
        value: 'REGION',
        summary: "where the bucket is (default: as the server's environment says)",
      },
      {
        name: 'endpoint',
        kind: 'text',
        value: 'URL',
        summary: 'a server that speaks as S3 does, as http://minio.example:9000',
      },
      {
        name: 'access-key-id',
        kind: 'text',
        value: 'ID',
        summary: "whose bucket it is (default: as the server's environment says)",
      },
      { name: 'secret-file', kind: 'text', value: 'FILE', summary: 'holds the secret of the access key; - is stdin' },
      { name: 'default', kind: 'switch', summary: 'take it where none is named' },
    ],
    load: () => import('./commands/storage-create.ts'),
  },
  {
    name: 'storage ls',
    summary: 'List storages',
    arguments: [],
    flags: [],
    load: () => import('./commands/storage-ls.ts'),
  },
  {
    name: 'storage set-default',
    summary: 'Say which storage FilePackager takes where none is named',
    arguments: [{ ...storageName, summary: "the storage's name", optional: true }],
    flags: [{ name: 'none', kind: 'switch', summary: 'take none any more' }],
    load: () => import('./commands/storage-set-default.ts'),
  },
  {
    name: 'storage delete',
    summary: 'Forget a storage; what lies in it stays there',
    arguments: [storageName],
    flags: [{ name: 'force', kind: 'switch', summary: 'also while packages of deployments are in it' }],
    load: () => import('./commands/storage-delete.ts'),
  },
];
