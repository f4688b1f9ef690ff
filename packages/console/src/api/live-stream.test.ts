import type { LiveEvent } from '@tidemark/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '../clock.js';
import { openLiveStream, type StreamState } from './live-stream.js';

const event: LiveEvent = {
  eventId: 'e1',
  type: 'page_view',
  label: 'Größe ✓',
  page: '/funds',
  surface: 'h5',
  appId: 'shop',
  visitorId: 'v1',
  sessionId: 's1',
  occurredAt: 1_000,
  receivedAt: 1_500,
};
const message = (id: number) =>
  `event: tracked\nid: ${id}\ndata: ${JSON.stringify({ ...event, eventId: `e${id}` })}\n\n`;

/** A collector that is told by the test what each connection gets. */
function fakeCollector() {
  const connections: { lastEventId: string | undefined; controller: ReadableStreamDefaultController<Uint8Array> }[] =
    [];
  let refuse: (() => Response | Promise<Response>) | undefined;
  return {
    connections,
    refuseWith: (next: (() => Response | Promise<Response>) | undefined) => {
      refuse = next;
    },
    connect: async (lastEventId: string | undefined, signal: AbortSignal) => {
      if (refuse !== undefined) return refuse();
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          connections.push({ lastEventId, controller });
          signal.addEventListener('abort', () => controller.error(signal.reason));
        },
      });
      return new Response(body, { headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT' } });
    },
    send(text: string) {
      connections.at(-1)?.controller.enqueue(new TextEncoder().encode(text));
    },
    sendBytes(bytes: Uint8Array) {
      connections.at(-1)?.controller.enqueue(bytes);
    },
    drop() {
      connections.at(-1)?.controller.error(new TypeError('network'));
    },
  };
}

function open(collector: ReturnType<typeof fakeCollector>, random = () => 0) {
  const ids: string[] = [];
  const labels: string[] = [];
  const states: StreamState[] = [];
  const unreadable: string[] = [];
  const stream = openLiveStream({
    connect: collector.connect,
    onEvent({ eventId, label }) {
      ids.push(eventId);
      labels.push(label);
    },
    onState: (state) => states.push(state),
    onUnreadable: (data) => unreadable.push(data),
    clock: createClock(),
    random,
  });
  return { stream, ids, labels, unreadable, states, kinds: () => states.map(({ kind }) => kind) };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('openLiveStream, reading', () => {
  it('reads events however they are cut on the way, in the middle of a letter too', async () => {
    const collector = fakeCollector();
    const { ids, labels } = open(collector);
    await settle();
    const bytes = new TextEncoder().encode(`: ping\n\n${message(1)}${message(2)}`);
    for (const byte of bytes) collector.sendBytes(Uint8Array.of(byte));
    await settle();
    expect(ids).toEqual(['e1', 'e2']);
    expect(labels).toEqual(['Größe ✓', 'Größe ✓']);
  });

  it('skips what it cannot read and other kinds of messages, and reads on', async () => {
    const collector = fakeCollector();
    const { ids, unreadable } = open(collector);
    await settle();
    collector.send(`event: tracked\ndata: {"half":\n\nevent: other\ndata: 1\n\n${message(3)}`);
    await settle();
    expect(ids).toEqual(['e3']);
    expect(unreadable).toEqual(['{"half":']);
  });

  it('tells the time by the collector', async () => {
    const { states } = open(fakeCollector());
    await settle();
    expect(states.at(-1)).toEqual({ kind: 'live', serverTimeMs: Date.UTC(2026, 0, 1) });
  });
});

describe('openLiveStream, reconnecting', () => {
  it('connects again after a drop, and says which event it saw last', async () => {
    const collector = fakeCollector();
    const { ids, kinds } = open(collector);
    await settle();
    collector.send(message(7));
    await settle();
    collector.drop();
    await settle();
    expect(kinds()).toEqual(['connecting', 'live', 'waiting']);
    await vi.advanceTimersByTimeAsync(1_000);
    collector.send(message(8));
    await settle();
    expect(collector.connections.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '7']);
    expect(ids).toEqual(['e7', 'e8']);
  });

  it('waits longer each time, from 1 s to 15 s, and starts over once something arrives', async () => {
    const collector = fakeCollector();
    collector.refuseWith(() => Promise.reject(new TypeError('network')));
    const { states } = open(collector, () => 1);
    await vi.advanceTimersByTimeAsync(60_000);
    const waits = () => states.flatMap((state) => (state.kind === 'waiting' ? [state.retryInMs] : []));
    expect(waits().slice(0, 6)).toEqual([2_000, 3_000, 5_000, 9_000, 15_000, 15_000]);
    collector.refuseWith(undefined);
    await vi.advanceTimersByTimeAsync(15_000);
    collector.send(': ping\n\n');
    await settle();
    collector.drop();
    await settle();
    expect(waits().at(-1)).toBe(2_000);
  });

  it('never waits less than a second, so that a collector that hangs up at once is not stormed', async () => {
    const collector = fakeCollector();
    collector.refuseWith(() => new Response(''));
    const { states } = open(collector);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states.filter(({ kind }) => kind === 'connecting')).toHaveLength(11);
  });

  it('does not wait when it is told that the network is back', async () => {
    const collector = fakeCollector();
    const { stream, kinds } = open(collector, () => 1);
    await settle();
    collector.drop();
    await settle();
    stream.retryNow();
    await settle();
    expect(kinds()).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
  });

  it('gives up a connection that has been silent for three pings', async () => {
    const collector = fakeCollector();
    const { kinds } = open(collector);
    await vi.advanceTimersByTimeAsync(40_000);
    collector.send(': ping\n\n');
    await vi.advanceTimersByTimeAsync(44_000);
    expect(kinds()).toEqual(['connecting', 'live']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(kinds()).toEqual(['connecting', 'live', 'waiting']);
  });
});

describe('openLiveStream, ending', () => {
  it('gives up when the key is refused', async () => {
    const collector = fakeCollector();
    collector.refuseWith(() => new Response('', { status: 401 }));
    const { states, kinds } = open(collector);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kinds()).toEqual(['connecting', 'refused']);
    expect(states.at(-1)).toEqual({ kind: 'refused', refusal: { status: 401 } });
  });

  it('tries again when the collector is busy', async () => {
    const collector = fakeCollector();
    collector.refuseWith(() => new Response('', { status: 503 }));
    const { kinds } = open(collector);
    await settle();
    expect(kinds()).toEqual(['connecting', 'waiting']);
  });

  it('is silent once closed, reading or waiting', async () => {
    const collector = fakeCollector();
    const reading = open(collector);
    await settle();
    reading.stream.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reading.kinds()).toEqual(['connecting', 'live']);

    const waiting = open(collector);
    await settle();
    collector.drop();
    await settle();
    waiting.stream.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(waiting.kinds()).toEqual(['connecting', 'live', 'waiting']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
