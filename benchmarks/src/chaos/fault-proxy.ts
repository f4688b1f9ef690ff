import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { integerBetween, type Random } from '../load/random.js';

/** What the network between collector and store does to the bytes. */
export type NetworkFault =
  | 'none'
  /** Nothing listens, and what was connected is cut. */
  | 'down'
  /** A balancer answers 503 in the store's place, which hears no more of it. */
  | 'unavailable'
  /** Every piece is held up. */
  | 'slow'
  /** The store does what it is asked, and the connection is reset before its answer is through. */
  | 'answer-lost'
  /** The connection is reset in the middle of what the collector sends. */
  | 'reset';

/** Passes TCP on, badly where it is told to. The same seed gives the same faults for the same bytes. */
export interface FaultProxy {
  readonly port: number;
  setFault(fault: NetworkFault): void;
  /** How often a fault met something. */
  readonly counts: Readonly<Record<NetworkFault, number>>;
  close(): Promise<void>;
}

const HELD_UP_MS = { low: 5, high: 60 };
/** Some resets come within the headers, some within the rows. */
const RESET_AFTER_BYTES = { low: 1, high: 60_000 };
const UNAVAILABLE = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** Listens on a free port of 127.0.0.1. */
export async function startFaultProxy(targetPort: number, random: Random): Promise<FaultProxy> {
  const counts = { none: 0, down: 0, unavailable: 0, slow: 0, 'answer-lost': 0, reset: 0 };
  const sockets = new Set<Socket>();
  let fault: NetworkFault = 'none';
  let bytesLeft = 0;

  function cut(...both: readonly Socket[]): void {
    counts[fault]++;
    for (const socket of both) socket.resetAndDestroy();
  }

  function refuse(client: Socket, store: Socket): void {
    if (client.writableEnded) return; // what comes behind the answer is read and dropped
    counts.unavailable++;
    client.end(UNAVAILABLE);
    store.destroy();
  }

  function pass(chunk: Buffer, from: Socket, to: Socket): void {
    if (fault !== 'slow') return void to.write(chunk);
    counts.slow++;
    from.pause();
    setTimeout(
      () => {
        to.write(chunk);
        from.resume();
      },
      integerBetween(random, HELD_UP_MS.low, HELD_UP_MS.high),
    );
  }

  const server = createServer((client) => {
    if (fault === 'down') return cut(client);
    const store = connect(targetPort, '127.0.0.1');
    for (const [one, other] of [
      [client, store],
      [store, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.end();
      });
    }
    client.on('data', (chunk) => {
      if (fault === 'unavailable' || client.writableEnded) return refuse(client, store);
      if (fault === 'reset') {
        bytesLeft -= chunk.length;
        if (bytesLeft <= 0) {
          store.write(chunk.subarray(0, Math.max(0, chunk.length + bytesLeft))); // up to that byte it came through
          cut(client, store);
          bytesLeft = integerBetween(random, RESET_AFTER_BYTES.low, RESET_AFTER_BYTES.high);
          return;
        }
      }
      pass(chunk, client, store);
    });
    store.on('data', (chunk) => {
      if (fault === 'answer-lost') return cut(client, store);
      pass(chunk, store, client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // it listens on TCP, so it has one
    counts,
    setFault(next) {
      fault = next;
      bytesLeft = integerBetween(random, RESET_AFTER_BYTES.low, RESET_AFTER_BYTES.high);
      if (fault === 'down') cut(...sockets);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
