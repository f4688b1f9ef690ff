import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What clients that keep to no rule got for what they sent. */
export interface FloodCount {
  /** Batches that were to be sent. */
  offered: number;
  /** Batches acknowledged, and the events in them. */
  accepted: number;
  acceptedEvents: number;
  /** Answers other than 202, by status. */
  readonly refused: Record<string, number>;
  /** Connections closed instead of an answer. */
  closed: number;
  /** Batches that found no free connection: the collector did not read from any. */
  held: number;
}

export interface FloodBatch {
  /** The request as it goes over the wire. */
  readonly wire: Buffer;
  readonly eventIds: readonly string[];
}

export interface FloodOptions {
  readonly port: number;
  readonly connections: number;
  /** Addresses of this machine that connections come from. */
  readonly addresses: readonly string[];
  /** Batches a second; undefined sends the next when one is answered. */
  readonly perSecond: number | undefined;
  readonly forMs: number;
  /** So long it runs before anything is counted: what is taken first is answered late. */
  readonly rampMs: number;
  /** The next batch to send; a refused one is handed back. */
  readonly take: () => FloodBatch;
  readonly giveBack: (batch: FloodBatch) => void;
  readonly onAcknowledged: (eventIds: readonly string[]) => void;
}

interface Sender {
  socket: Socket | undefined;
  batch: FloodBatch | undefined;
  text: string;
}

const TICK_MS = 5;
/** What is under way when the time is over may be answered still; a sender that is held will not be. */
const SETTLE_MS = 3_000;

/** Sends without regard for `Retry-After`, on raw sockets, so that refusals cost the sender little. */
export async function flood(options: FloodOptions): Promise<FloodCount> {
  const { connections, addresses, perSecond, rampMs, forMs } = options;
  const count: FloodCount = { offered: 0, accepted: 0, acceptedEvents: 0, refused: {}, closed: 0, held: 0 };
  const senders: Sender[] = Array.from({ length: connections }, () => ({
    socket: undefined,
    batch: undefined,
    text: '',
  }));
  const idle = senders.map((_, index) => index);
  let underWay = 0;
  let offered = 0;
  let counting = false;
  let over = false;

  function send(index: number): void {
    const sender = senders[index];
    if (!sender) return;
    const batch = options.take();
    sender.batch = batch;
    underWay++;
    sender.socket ??= open(index, sender);
    sender.socket.write(batch.wire);
  }

  function open(index: number, sender: Sender): Socket {
    const localAddress = addresses[index % addresses.length];
    const socket = connect({
      port: options.port,
      host: '127.0.0.1',
      ...(localAddress && { localAddress }),
      noDelay: true,
    });
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => onData(index, sender, chunk));
    socket.on('error', () => undefined); // told by its close
    socket.on('close', () => {
      if (sender.socket !== socket) return;
      sender.socket = undefined;
      sender.text = '';
      if (sender.batch) {
        if (counting) count.closed++;
        finish(index, sender, false);
      }
    });
    return socket;
  }

  /** A crowd is connected before it rushes: otherwise the queue of new connections alone would hold it back. */
  async function connectFirst(sender: Sender, index: number): Promise<void> {
    sender.socket = open(index, sender);
    await Promise.race([once(sender.socket, 'connect'), once(sender.socket, 'close')]).catch(() => undefined);
  }

  function onData(index: number, sender: Sender, chunk: string): void {
    sender.text += chunk;
    const end = sender.text.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = sender.text.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (sender.text.length < end + 4 + length) return;
    sender.text = sender.text.slice(end + 4 + length);
    const status = head.slice(9, 12);
    if (status !== '202' && counting) count.refused[status] = (count.refused[status] ?? 0) + 1;
    if (/\r\nconnection: close/i.test(head)) {
      sender.socket?.destroy();
      sender.socket = undefined;
      sender.text = '';
    }
    finish(index, sender, status === '202');
  }

  function finish(index: number, sender: Sender, acknowledged: boolean): void {
    const { batch } = sender;
    sender.batch = undefined;
    if (!batch) return;
    underWay--;
    if (acknowledged) {
      options.onAcknowledged(batch.eventIds); // it counts for the audit whenever it came
      if (counting) {
        count.accepted++;
        count.acceptedEvents += batch.eventIds.length;
      }
    } else {
      options.giveBack(batch);
    }
    idle.push(index);
    if (perSecond === undefined && !over) offerNext();
  }

  function offerNext(): void {
    offered++;
    if (counting) count.offered++;
    const index = idle.shift(); // the one that has been idle longest: the one held least
    if (index !== undefined) send(index);
    else if (counting) count.held++;
  }

  if (perSecond !== undefined) await Promise.all(senders.map(connectFirst));
  const startedAt = performance.now();
  if (perSecond === undefined) while (idle.length > 0) offerNext();
  const endMs = rampMs + forMs;
  for (let elapsedMs = 0; elapsedMs < endMs; elapsedMs = Math.min(performance.now() - startedAt, endMs)) {
    counting ||= elapsedMs >= rampMs;
    if (perSecond !== undefined) while (offered < (elapsedMs * perSecond) / 1_000) offerNext();
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  counting = false;
  over = true;
  for (const deadline = performance.now() + SETTLE_MS; underWay > 0 && performance.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  for (const { socket } of senders) socket?.destroy();
  return count;
}
