/**
 * What the processes of a pool inherit: the agent's environment, less what configures Millrace itself, so that a run
 * sees neither the agent's database nor its keys.
 *
 * @param compileCache folder for compiled modules, with which a process loads its code many times faster
 */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  compileCache: string,
): Record<string, string> {
  const inherited: Record<string, string> = { NODE_COMPILE_CACHE: compileCache };
  for (const [name, value] of Object.entries(environment)) {
    // A parent's channel (where the agent is itself a forked process) must not be taken for the child's own.
    if (value === undefined || name.startsWith('MILLRACE_') || name.startsWith('NODE_CHANNEL_')) continue;
    inherited[name] = value;
  }
  return inherited;
}
