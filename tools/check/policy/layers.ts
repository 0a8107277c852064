/** Each project has one of these as its tag `layer:…`; the value is what its projects may use. */
export const layers = {
  /** The generated contract. */
  contract: [],
  /** Pure decisions. Of the contract they may use types. */
  domain: ['contract'],
  /** What everything stands on: clock, settings, logs. */
  base: ['base'],
  /** Databases, wires, processes. */
  infra: ['contract', 'domain', 'base', 'infra'],
  /** What users import. */
  public: ['contract', 'domain', 'base', 'infra'],
  /** Services speak to each other over the wire or not at all, so they are not among what they may use. */
  service: ['contract', 'domain', 'base', 'infra'],
  /** Where people and machines outside meet the services: agent, CLI, web, and what is theirs. */
  edge: ['contract', 'domain', 'base', 'infra', 'public', 'edge', 'composition'],
  /** Puts everything together: the server of all apps, the tools. */
  composition: ['contract', 'domain', 'base', 'infra', 'public', 'service', 'edge', 'composition', 'test'],
  /**
   * Sets the tests up. It starts the embedded Postgres; nothing but tools may use it in turn, so that tests, which get
   * what they need from vitest, never close a cycle.
   */
  test: ['base', 'infra'],
} as const satisfies Record<string, readonly string[]>;

export type Layer = keyof typeof layers;

/** Each project has one of these as its tag `env:…`. */
export const environments = ['any', 'node', 'browser'] as const;

/** Narrower than a layer allows. */
export const narrower: readonly {
  readonly folder: string;
  readonly mayUse: readonly string[];
  readonly why: string;
}[] = [
  {
    folder: 'examples/',
    mayUse: ['millrace'],
    why: 'an example is what a user writes, and users have `millrace` alone',
  },
];
