import type { Clock } from '@millrace/clock';
import { answerMs } from './open-server.ts';

/** The address of a server's web UI; undefined where it serves none, does not say so soon, or `stop` was aborted. */
export async function uiAt(url: string, clock: Clock, stop: AbortSignal): Promise<string | undefined> {
  const silent = new AbortController();
  const timer = clock.setTimer(answerMs, () => silent.abort());
  try {
    const signal = AbortSignal.any([stop, silent.signal]);
    const page = await fetch(new URL('/', url.split(',')[0]), { headers: { accept: 'text/html' }, signal });
    await page.body?.cancel();
    return page.ok && page.headers.get('content-type')?.startsWith('text/html') ? page.url : undefined;
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}
