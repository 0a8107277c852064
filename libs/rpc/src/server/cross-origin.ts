import type { ServerResponse } from 'node:http';
import { cors } from '@connectrpc/connect';
import { actorHeader } from './call-context.ts';
import { versionHeader } from './client-version.ts';

// How long a browser may go on without asking again; browsers cut it to two hours at most.
const preflightAgeSeconds = 7_200;

/** Tells the browser that pages of a configured origin may read the reply. */
export function allowCrossOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', cors.exposedHeaders.join(', '));
  response.setHeader('vary', 'origin');
}

/** Answers what a browser asks before a call across origins. */
export function answerPreflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-methods': cors.allowedMethods.join(', '),
      'access-control-allow-headers': [...cors.allowedHeaders, actorHeader, versionHeader].join(', '),
      'access-control-max-age': String(preflightAgeSeconds),
    })
    .end();
}
