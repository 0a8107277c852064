import { type Browser, chromium as playwright } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium: on Linux the one that npm brings, elsewhere an installed Chrome. A message where there is none. */
export async function openBrowser(): Promise<Browser | string> {
  try {
    return await playwright.launch({ headless: true, args: flags, ...(await whichBrowser()) });
  } catch (error) {
    return `no Chromium can be started here: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`;
  }
}

async function whichBrowser() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  const { default: chromium } = await import('@sparticuz/chromium');
  return { executablePath: await chromium.executablePath() };
}
