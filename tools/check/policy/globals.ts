interface Allowed {
  readonly places: readonly string[];
  readonly why: string;
}

/** Where `process.env` may be read; everything else is passed what it needs. */
export const environmentReaders: readonly Allowed[] = [
  { places: ['libs/settings/src/'], why: 'the one place for settings' },
  { places: ['apps/*/src/main.ts', 'libs/service/src/serve-app.ts', 'libs/sdk/src/engine/main.ts'], why: 'entries' },
  { places: ['apps/*/bin/', 'apps/*/*.config.ts', '*.config.ts'], why: 'entries' },
  { places: ['libs/testing/src/global-setup.ts'], why: "the entry of vitest's set-up" },
  { places: ['tools/'], why: 'tools are entries, or start processes with what they were given' },
];

/** Where the time may be read and timers set; everything else is passed a `Clock`. */
export const clockReaders: readonly Allowed[] = [
  { places: ['libs/clock/src/'], why: 'the one place for time' },
  {
    places: ['tools/*.mjs', 'tools/check-clients.ts', 'tools/gates/', 'tools/bench/'],
    why: 'they measure themselves, by the wall clock',
  },
  { places: ['tools/soak/flows/'], why: "they are users' code" },
];

/** `setImmediate` is a turn of the event loop, no time: these give way to what is waiting. */
export const turnTakers: readonly Allowed[] = [
  { places: ['libs/rpc/src/http-request.ts'], why: 'a response is read before its socket is judged' },
  { places: ['libs/sdk/src/engine/run-log.ts'], why: 'what a turn wrote goes in one batch' },
];
