/// <reference lib="esnext.temporal" />
import { afterAll, expect, test, vi } from 'vitest';

// As on a Node that lacks Temporal: the polyfill is loaded in its place, and the table of each zone is the same.
const native = globalThis.Temporal;
vi.stubGlobal('Temporal', undefined);
const { openZones } = await import('../src/index.ts');
afterAll(() => {
  vi.unstubAllGlobals();
});

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Africa/Casablanca', 'UTC'];

test.each(zones)('%s has the same stretches with the polyfill', (name) => {
  const zone = openZones().open(name);
  let compared = 0;
  for (let at = Date.UTC(1970, 0, 1); at < Date.UTC(2040, 0, 1); compared++) {
    const { start, end, offset } = zone.stretchAt(at);
    expect(start).toBeLessThanOrEqual(at);
    expect(native.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name).offsetNanoseconds).toBe(offset * 1e6);
    at = end;
    if (end > 8.64e15) break;
    const change = native.Instant.fromEpochMilliseconds(end - 1)
      .toZonedDateTimeISO(name)
      .getTimeZoneTransition('next');
    expect(change?.epochMilliseconds).toBe(end);
  }
  expect(compared).toBeGreaterThanOrEqual(name === 'UTC' ? 0 : 2);
});
