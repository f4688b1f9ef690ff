import type { LiveEvent } from '@tidemark/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApiClient } from '../api/api-client.js';
import type { Refusal } from '../api/api-outcome.js';
import { createClock } from '../clock.js';
import type { Choice } from './choice.js';
import { openDashboard } from './dashboard.js';
import { createStore } from './store.js';

const event = (id: number): LiveEvent => ({
  eventId: `e${id}`,
  type: 'click',
  label: '',
  page: '/',
  surface: 'h5',
  appId: 'shop',
  visitorId: 'v1',
  sessionId: 's1',
  occurredAt: Date.now(),
  receivedAt: Date.now(),
});

/** A collector in a fetch: reports, readiness and one live stream at a time. */
function setUp() {
  const asked: URL[] = [];
  const flagsAsked = { count: 0 };
  const collector = { store: 'ready', status: 200 };
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = new URL(String(input));
    if (url.pathname === '/readyz') return Response.json({ store: collector.store });
    if (collector.status !== 200) return new Response('', { status: collector.status });
    if (url.pathname === '/v1/flags') {
      flagsAsked.count++;
      return Response.json({ flags: [], cursor: 'c', more: false });
    }
    if (url.pathname === '/v1/live') {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          stream = controller;
          init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted')));
        },
      });
      return new Response(body);
    }
    asked.push(url);
    return Response.json({ rows: [], totals: {} });
  };
  const refusals: Refusal[] = [];
  const choice = createStore<Choice>({ view: 'activity', range: 'all', surface: 'all' });
  const dashboard = openDashboard({
    api: createApiClient({ fetch, baseUrl: 'https://collector.example/', readKey: 'tm_rk_1' }),
    choice,
    clock: createClock(),
    random: () => 0,
    isVisible: () => true,
    onRefused: (refusal) => refusals.push(refusal),
    warn: () => {},
  });
  const send = (id: number) =>
    stream?.enqueue(new TextEncoder().encode(`event: tracked\nid: ${id}\ndata: ${JSON.stringify(event(id))}\n\n`));
  const drop = () => stream?.error(new TypeError('network'));
  const reportsAsked = (name: string) =>
    asked.filter((url) => url.pathname.endsWith(`/${name}`)).map((url) => url.search);
  const pagesAsked = () => reportsAsked('pages');
  return { dashboard, choice, collector, refusals, send, drop, pagesAsked, reportsAsked, flagsAsked };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('openDashboard', () => {
  it('shows an event soon after it arrives, and the page statistics within a second of it', async () => {
    const { dashboard, send, pagesAsked } = setUp();
    await vi.advanceTimersByTimeAsync(3_000);
    const before = pagesAsked().length;
    send(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(dashboard.live.get().events.map(({ eventId }) => eventId)).toEqual(['e1']);
    await vi.advanceTimersByTimeAsync(800);
    expect(pagesAsked()).toHaveLength(before + 1);
    dashboard.close();
  });

  it('shows and counts an event once, though the stream repeats it after a drop', async () => {
    const { dashboard, send, drop } = setUp();
    await vi.advanceTimersByTimeAsync(100);
    send(1);
    await vi.advanceTimersByTimeAsync(200);
    drop();
    await vi.advanceTimersByTimeAsync(1_000);
    send(1);
    send(2);
    await vi.advanceTimersByTimeAsync(200);
    expect(dashboard.live.get().events.map(({ eventId }) => eventId)).toEqual(['e2', 'e1']);
    const { total } = dashboard.rate.series(dashboard.serverNow(), 'all');
    expect(total.reduce((sum, count) => sum + count, 0)).toBe(2);
    dashboard.close();
  });

  it('asks anew at once when the choice changes', async () => {
    const { dashboard, choice, pagesAsked } = setUp();
    await vi.advanceTimersByTimeAsync(100);
    choice.set({ ...choice.get(), surface: 'native' });
    await vi.advanceTimersByTimeAsync(0);
    expect(pagesAsked().at(-1)).toBe('?surface=native&limit=1000');
    dashboard.close();
  });

  it('tells how things are: live, reconnecting, store starting, live again', async () => {
    const { dashboard, drop, collector } = setUp();
    const status = () => dashboard.status.get().state;
    expect(status()).toBe('connecting');
    await vi.advanceTimersByTimeAsync(100);
    expect(status()).toBe('live');
    drop();
    await vi.advanceTimersByTimeAsync(500);
    expect(status()).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(status()).toBe('live');
    collector.store = 'starting';
    await vi.advanceTimersByTimeAsync(5_000);
    expect(status()).toBe('store-starting');
    collector.store = 'ready';
    await vi.advanceTimersByTimeAsync(5_000);
    expect(status()).toBe('live');
    dashboard.close();
  });

  it('says so when the key is refused', async () => {
    const { dashboard, collector, refusals } = setUp();
    await vi.advanceTimersByTimeAsync(100);
    collector.status = 401;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(refusals[0]).toEqual({ status: 401 });
    dashboard.close();
  });

  it('leaves nothing running when closed', async () => {
    const { dashboard, send } = setUp();
    await vi.advanceTimersByTimeAsync(100);
    send(1);
    await vi.advanceTimersByTimeAsync(10);
    dashboard.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks for flags as soon as they are looked at, and not before', async () => {
    const { dashboard, choice, flagsAsked } = setUp();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(flagsAsked.count).toBe(0);
    choice.set({ ...choice.get(), view: 'risk' });
    await vi.advanceTimersByTimeAsync(100);
    expect(flagsAsked.count).toBe(1);
    dashboard.close();
  });

  it('asks for content and for effective data while they are looked at, and seldom', async () => {
    const { dashboard, choice, reportsAsked } = setUp();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([reportsAsked('surfaces'), reportsAsked('effective-data')]).toEqual([[], ['']]);
    choice.set({ ...choice.get(), view: 'surfaces', surface: 'h5' });
    await vi.advanceTimersByTimeAsync(100);
    expect(reportsAsked('surfaces')).toEqual(['?limit=100&by=template']); // always of both
    dashboard.content.by.set('module');
    await vi.advanceTimersByTimeAsync(100);
    expect(reportsAsked('surfaces').at(-1)).toBe('?limit=100&by=module');
    await vi.advanceTimersByTimeAsync(60_000);
    expect([reportsAsked('surfaces').length, reportsAsked('effective-data').length]).toEqual([4, 1]);
    dashboard.close();
  });
});
