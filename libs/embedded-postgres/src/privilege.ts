/**
 * Postgres refuses to run as root. In a user namespace of its own it is not root and yet keeps the access of the one
 * who started it, to folders that only root may enter too.
 * @returns the command line that runs the program
 */
export function unprivileged(program: string, args: readonly string[]): readonly [string, ...string[]] {
  if (process.getuid?.() !== 0) return [program, ...args];
  return ['unshare', '--user', '--map-user=1000', '--map-group=1000', program, ...args];
}

/** What Postgres and its keeper see of the environment: nothing that could configure it from outside. */
export const bareEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
};
