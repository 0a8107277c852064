import type { ServerResponse } from 'node:http';
import { securityHeaders } from './send-file.ts';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="1">
<link rel="icon" href="data:,">
<title>Millrace</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem}</style>
<h1>The web UI is being built</h1>
<p>This takes a few seconds; the page then comes by itself. The server is up already, and runs go on.</p>
<p><small>Still here after a minute? See what the server's terminal says, or run <code>node tools/build-web.ts</code>.</small></p>
`;

/** Stands for every page as long as there is no build. */
export function sendBuildingPage(response: ServerResponse): void {
  const headers = { ...securityHeaders, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(503, { ...headers, 'retry-after': '1', 'content-length': Buffer.byteLength(page) }).end(page);
}
