import { millraceVersion } from '@millrace/settings';
import type { Invocation } from '../command.ts';

export async function run({ output, settings }: Invocation): Promise<undefined> {
  if (output.json) {
    output.value({ version: millraceVersion, node: process.version, apiUrl: settings.apiUrl });
    return;
  }
  output.details([
    ['Millrace', millraceVersion],
    ['Node.js', process.version],
    ['Platform', `${process.platform}/${process.arch}`],
    ['Server', settings.apiUrl],
  ]);
}
