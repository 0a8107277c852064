import type { Socket } from 'node:net';
import { systemClock } from '@millrace/clock';

/** Who takes a connection, by what its client says first. */
export interface Takers {
  /** `PRI * HTTP/2…`: gRPC. */
  readonly http2: (socket: Socket) => void;
  /** Anything else; what is no HTTP at all is refused there. */
  readonly http1: (socket: Socket) => void;
}

const prefaceStart = Buffer.from('PRI');

/**
 * Reads a connection's first bytes, puts them back, and hands it over: as soon as they differ from the preface of
 * HTTP/2, or three of them are there. A connection that stays silent for `silentMs` is closed.
 */
export function sniff(socket: Socket, silentMs: number, takers: Takers): void {
  let seen = Buffer.alloc(0);
  // The socket's time is the machine's, whatever clock the server's work goes by.
  const timer = systemClock.setTimer(silentMs, () => socket.destroy());
  const gone = () => {
    timer.cancel();
    socket.destroy();
  };
  const look = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, prefaceStart.length);
    const isHttp2 = seen.subarray(0, compared).equals(prefaceStart.subarray(0, compared));
    if (isHttp2 && compared < prefaceStart.length) return;
    timer.cancel();
    socket.off('data', look).off('end', gone).off('close', gone);
    socket.pause();
    socket.unshift(seen);
    if (isHttp2) return takers.http2(socket);
    takers.http1(socket);
    socket.resume();
  };
  // A reset before or after the hand-over must not end the process.
  socket.on('error', () => {});
  socket.on('data', look).on('end', gone).on('close', gone);
}
