import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to Postgres that can be closed: what comes meanwhile waits at the door, or is turned away. */
export interface Relay extends AsyncDisposable {
  readonly url: string;
  /** How many have come so far. */
  readonly arrivals: number;
  /** New connections are taken and hear nothing until the door is opened. */
  holdNew(): void;
  /** New connections are ended at once. */
  refuseNew(): void;
  open(): void;
  /** What is connected stays so, and hears nothing more. */
  freeze(): void;
  /** Ends every connection. */
  cut(): void;
}

export async function startRelay(postgresUrl: string): Promise<Relay> {
  const target = new URL(postgresUrl);
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let door: 'open' | 'held' | 'refused' = 'open';
  let arrivals = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((socket) => {
    arrivals += 1;
    if (door === 'refused') return void socket.destroy();
    keep(socket);
    const pass = () => {
      const up = keep(connect(Number(target.port), target.hostname));
      socket.pipe(up).pipe(socket);
      socket.on('close', () => up.destroy());
      up.on('close', () => socket.destroy());
    };
    if (door === 'held') waiting.push(pass);
    else pass();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(postgresUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    get arrivals() {
      return arrivals;
    },
    holdNew() {
      door = 'held';
    },
    refuseNew() {
      door = 'refused';
    },
    open() {
      door = 'open';
      for (const pass of waiting.splice(0)) pass();
    },
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
