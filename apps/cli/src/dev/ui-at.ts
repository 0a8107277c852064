/** The address of a server's web UI; undefined where it serves none. */
export async function uiAt(url: string): Promise<string | undefined> {
  try {
    const page = await fetch(new URL('/', url.split(',')[0]), { headers: { accept: 'text/html' } });
    await page.body?.cancel();
    return page.ok && page.headers.get('content-type')?.startsWith('text/html') ? page.url : undefined;
  } catch {
    return undefined;
  }
}
