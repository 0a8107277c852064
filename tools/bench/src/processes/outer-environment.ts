/** What processes of ours inherit from outside: nothing that would set Millrace up otherwise. */
export function outerEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(MILLRACE_|NODE_OPTIONS)/.test(name)));
}
