import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateStorageResponseSchema, StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import type { Input } from '../input.ts';
import { shellWord } from '../shell-word.ts';
import { UsageError } from '../usage-error.ts';

export async function run({ input, output, settings, environment }: Invocation): Promise<undefined> {
  const name = input.argument;
  const place = readPlace(input);
  const secretAccessKey = await readSecret(input, environment);
  using api = openApi(settings);
  const request = { name, place, secretAccessKey, isDefault: input.on('default') };
  const reply = await api.client(StorageService).createStorage(request);
  if (output.json) {
    await output.reply(CreateStorageResponseSchema, reply);
    return;
  }
  output.line(`${reply.created ? 'Created' : 'Updated'} storage '${name}' (${reply.storage?.id ?? ''}).`);
  if (reply.storage?.isDefault) output.line('It is the default storage: FilePackager takes it where none is named.');
  else output.line(`Make it the default with: millrace storage set-default ${shellWord(name)}`);
}

const s3Flags = ['region', 'endpoint', 'access-key-id', 'secret-file'] as const;

function readPlace(input: Input) {
  const basePath = input.text('base-path');
  const bucket = input.text('bucket');
  if ((basePath === undefined) === (bucket === undefined))
    throw new UsageError(
      'one of --base-path and --bucket is needed, and not both',
      'See millrace storage create --help',
    );
  if (bucket !== undefined) {
    const value = {
      bucket,
      region: input.text('region') ?? '',
      endpoint: input.text('endpoint') ?? '',
      accessKeyId: input.text('access-key-id') ?? '',
    };
    return { case: 's3' as const, value };
  }
  const odd = s3Flags.find((flag) => input.text(flag) !== undefined);
  if (odd !== undefined) throw new UsageError(`--${odd} is for --bucket`);
  // The server's folders are not this machine's, so nothing is made of a relative one.
  if (!isAbsolute(basePath ?? '')) throw new UsageError(`--base-path must be absolute: ${basePath}`);
  return { case: 'local' as const, value: { basePath: basePath ?? '' } };
}

async function readSecret(input: Input, environment: Invocation['environment']): Promise<string> {
  const file = input.text('secret-file');
  if (input.text('access-key-id') === undefined) {
    if (file !== undefined) throw new UsageError('--secret-file is for --access-key-id');
    return '';
  }
  const secret = file === undefined ? environment.AWS_SECRET_ACCESS_KEY : await readSecretFile(file);
  if (secret) return secret;
  if (file !== undefined) throw new UsageError(`the secret in ${file === '-' ? 'stdin' : file} is empty`);
  throw new UsageError(
    'the secret of the access key is needed',
    'Give it by --secret-file FILE, --secret-file - (stdin), or the variable AWS_SECRET_ACCESS_KEY',
  );
}

async function readSecretFile(file: string): Promise<string> {
  if (file === '-') return (await text(process.stdin)).trim();
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new UsageError(`--secret-file can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
