import { CommandError } from './usage-error.ts';

type ServerPackage = typeof import('@millrace/server');

/** The server, which not everybody who has the command line has installed. */
export async function importServer(
  load: () => Promise<ServerPackage> = () => import('@millrace/server'),
): Promise<ServerPackage> {
  try {
    return await load();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    // Of the server's own files something may be missing too: that is another matter.
    if (!isMissing || !error.message.includes("'@millrace/server'")) throw error;
    throw new CommandError('the server is not installed', [
      'Install it with: npm install @millrace/server',
      'If there is one elsewhere, say where: MILLRACE_API_URL=http://HOST:PORT',
    ]);
  }
}
