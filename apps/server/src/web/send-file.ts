import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { WebFile } from './web-files.ts';

/** Our pages load nothing from elsewhere, and stand in nobody's frame. Mantine writes its variables as inline styles. */
export const securityHeaders: OutgoingHttpHeaders = {
  'content-security-policy': [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Answers a GET or HEAD with the file, compressed as the browser takes it, or with a 304 where it has it. */
export function sendFile(request: IncomingMessage, response: ServerResponse, file: WebFile): void {
  const { encoding, body } = encode(file, request.headers['accept-encoding']);
  response.setHeaders(new Map(Object.entries(securityHeaders) as [string, string][]));
  response.setHeader('etag', file.etag);
  response.setHeader('vary', 'accept-encoding');
  response.setHeader('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (isKnown(request.headers['if-none-match'], file.etag)) {
    response.writeHead(304).end();
    return;
  }
  if (encoding) response.setHeader('content-encoding', encoding);
  response.writeHead(200, { 'content-type': file.contentType, 'content-length': body.byteLength });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function encode({ plain, brotli, gzip }: WebFile, accepted = '') {
  // Browsers send names alone; who refuses one does so with ";q=0".
  const accepts = (name: string) =>
    new RegExp(`(^|,)\\s*${name}\\s*(;\\s*q=(?!0(\\.0*)?\\s*(,|$))|,|$)`).test(accepted);
  if (brotli && accepts('br')) return { encoding: 'br', body: brotli };
  if (gzip && accepts('gzip')) return { encoding: 'gzip', body: gzip };
  return { encoding: undefined, body: plain };
}

function isKnown(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
