import { type IncomingHttpHeaders, request } from 'node:http';
import type { RpcServer } from '../src/server/index.ts';

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request as curl would make it. */
export function rawHttp(server: RpcServer, init: RawRequest): Promise<RawReply> {
  const { method = 'POST', path = '/millrace.v1.FlowRunService/ListFlowRuns', body } = init;
  const headers = { 'content-type': 'application/json', ...init.headers };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: server.host, port: server.port, method, path, headers, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on('error', reject);
    });
    outgoing.end(body);
  });
}
