import { randomUUID } from 'node:crypto';
import { type EventBatch, isBefore, type Stamp } from '@tidemark/protocol';
import { batchEnvelopeSchema, EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';
import { type BridgePage, openBridgePage, PAGE_ORIGIN } from '../../../../test/fixtures/bridge-page.js';
import { createManualTime, type ManualTime } from '../../../../test/fixtures/manual-time.js';
import type { Host, HostOptions } from './host-options.js';
import { KNOWN_LIMITS } from './known-events.js';
import { openHost } from './open-host.js';
import type { HostStorage } from './storage/host-storage.js';
import { createMemoryStorage } from './storage/memory-storage.js';

const START = 1_800_000_000_000;
const MINUTE = 60_000;
type Event = EventBatch['events'][number] & Readonly<Record<string, unknown>>;

/** A collector that answers as it is told, and keeps what it was sent. */
function createCollector() {
  const batches: EventBatch[] = [];
  const told: (() => Response | Promise<Response>)[] = [];
  return {
    batches,
    /** The next answers; after them, acks. */
    answer: (...next: (() => Response | Promise<Response>)[]) => void told.push(...next),
    events: () => batches.flatMap(({ events }) => events as readonly Event[]),
    fetch: (async (_url: unknown, init?: RequestInit) => {
      const batch = JSON.parse(String(init?.body)) as EventBatch; // of our host
      batches.push(batch);
      const next = told.shift();
      return next ? next() : ack(batch);
    }) as typeof fetch, // only ever called like this
  };
}

function ack({ batchId, events }: EventBatch, rejected: readonly object[] = []): Response {
  const accepted = events.length - rejected.length;
  return Response.json({ batchId, accepted, duplicate: 0, rejected, serverTimeMs: START }, { status: 202 });
}

interface Stage {
  readonly time: ManualTime;
  readonly storage: HostStorage;
  readonly collector: ReturnType<typeof createCollector>;
  readonly host: Host;
  page(): BridgePage;
  /** The process is killed, and the app starts again on the same storage. */
  killAndOpen(options?: Partial<HostOptions>): Promise<Stage>;
}

async function openStage(options: Partial<HostOptions> = {}, before?: Stage): Promise<Stage> {
  const time = before?.time ?? createManualTime(START);
  const storage = options.storage ?? before?.storage ?? createMemoryStorage();
  const collector = createCollector();
  const host = await openHost({
    endpoint: 'https://collector.example/',
    writeKey: 'tm_pk_test',
    origins: [PAGE_ORIGIN],
    fetch: collector.fetch,
    wallMs: time.wallMs,
    monotonicMs: time.monotonicMs,
    timers: { ...time.timers, set: (run, ms) => time.timers.set(() => stage.isAlive && run(), ms) },
    ...options,
    storage,
  });
  const stage = {
    isAlive: true,
    time,
    storage,
    collector,
    host,
    page: () => openBridgePage(host, time.wallMs),
    killAndOpen(next: Partial<HostOptions> = {}) {
      stage.isAlive = false;
      return openStage({ ...options, ...next }, stage);
    },
  };
  return stage;
}

function helloFields({ ids }: BridgePage) {
  return { ...ids, versions: [1], maxChars: 0, pageStartedAt: START, sentAt: START, userAgent: '' };
}

const delivered = async (stage: Stage): Promise<Event[]> => {
  await stage.host.flush();
  return stage.collector.events();
};
const types = (events: readonly Event[]) => events.map(({ type }) => type);

describe("the host's own events", () => {
  it('are what the collector takes, of the native surface, numbered without gaps', async () => {
    const stage = await openStage({ appId: 'shop', release: '2.0', device: { locale: 'zh-HK' }, userAgent: 'App/2' });
    const { host, collector } = stage;
    host.screen('Home', { title: 'Welcome', template: 'home' });
    host.track('opened', { count: 3, nested: {} as unknown as string, '': 1 });
    host.screen('Fund', { way: 'link' });
    host.conversion('opened-account', { amount: 5, currency: 'HKD' });
    host.order({
      orderId: 'o1',
      productId: 'P30',
      side: 'subscribe',
      phase: 'intent',
      shares: 1,
      price: 2,
      currency: 'HKD',
      props: { reference: 2.1, nested: {} as unknown as string },
    });
    host.identify('user-1', { tier: 'gold' });
    host.consent({ marketing: 'granted' });
    await host.close();
    const events = collector.events();
    expect(types(events)).toEqual([
      'screen_view',
      'custom',
      'view_end',
      'transition',
      'screen_view',
      'conversion',
      'order',
      'identify',
      'consent',
      'view_end',
    ]);
    for (const event of events) expect(EVENT_SCHEMAS[event.type].parse(event)).toEqual(event);
    expect(events.find(({ type }) => type === 'order')).toMatchObject({ props: { reference: 2.1 } });
    for (const batch of collector.batches) expect(batchEnvelopeSchema.safeParse(batch).success).toBe(true);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const stamps = events.map(({ logicalMs, logicalCount }): Stamp => [Number(logicalMs), Number(logicalCount)]);
    for (const [index, stamp] of stamps.slice(1).entries()) expect(isBefore(stamps[index] ?? stamp, stamp)).toBe(true);
    expect(collector.batches[0]?.context).toMatchObject({
      appId: 'shop',
      release: '2.0',
      surface: 'native',
      sdk: { name: 'sdk-hybrid-bridge' },
      userAgent: 'App/2',
      device: { locale: 'zh-HK' },
    });
    expect(new Set(collector.batches.map(({ context }) => context.sessionId)).size).toBe(1);
    expect(events[1]).toMatchObject({ page: 'Home', name: 'opened', props: { count: 3 } });
    expect(events[1]?.props).toEqual({ count: 3 });
  });

  it('go on with their numbers, visitor and session after the process was killed', async () => {
    const first = await openStage();
    first.host.track('a');
    first.host.track('b');
    expect((await delivered(first)).map(({ seq }) => seq)).toEqual([1, 2]);
    first.host.track('c');
    await first.time.advance(0);
    const second = await first.killAndOpen();
    second.host.track('d');
    expect((await delivered(second)).map(({ seq, name }) => [seq, name])).toEqual([
      [3, 'c'],
      [4, 'd'],
    ]);
    const contexts = [...first.collector.batches, ...second.collector.batches].map(({ context }) => context);
    for (const name of ['queueId', 'visitorId', 'sessionId'] as const) {
      expect(new Set(contexts.map((context) => context[name])).size, name).toBe(1);
    }
  });

  it('wait in memory while the storage refuses, and keep their order and numbers', async () => {
    const memory = createMemoryStorage();
    let isFull = true;
    const append: HostStorage['append'] = (texts) =>
      isFull ? Promise.reject(new Error('full')) : memory.append(texts);
    const stage = await openStage({ storage: { ...memory, append } });
    for (let i = 0; i < 502; i++) stage.host.track(`e${i}`);
    await stage.time.advance(0);
    expect(stage.host.health()).toMatchObject({ queued: 500, dropped: { storage: 2 } });
    isFull = false;
    const events = await delivered(stage);
    expect(events.map(({ name }) => name)).toEqual(Array.from({ length: 500 }, (_, i) => `e${i}`));
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  it('never throw into the app, whatever it gives', async () => {
    const stage = await openStage();
    const host = stage.host as unknown as Record<string, (...given: unknown[]) => unknown>; // an app without types
    const evil = {
      get way() {
        throw new Error('mine');
      },
    };
    for (const name of [
      'screen',
      'track',
      'conversion',
      'order',
      'identify',
      'consent',
      'reset',
      'foreground',
      'background',
    ]) {
      for (const given of [[], [null], [undefined, null], [evil], ['x', evil], [1, 2], [{}, []], [Symbol('x')]]) {
        expect(() => host[name]?.(...given), `${name}(${given.length})`).not.toThrow();
      }
    }
    expect(stage.host.health().dropped.fault).toBeGreaterThan(0);
    stage.host.track('after');
    expect((await delivered(stage)).at(-1)).toMatchObject({ name: 'after' });
  });
});

describe('screens', () => {
  it('have their dwell in the foreground, by the monotonic clock', async () => {
    const stage = await openStage();
    const { host, time } = stage;
    host.screen('Home');
    await time.advance(2_000);
    time.setWall(START + 99 * MINUTE);
    time.setWall(START + 2_000);
    host.background();
    await time.advance(10 * MINUTE);
    host.foreground();
    await time.advance(500);
    host.screen('Next');
    const [, end] = await delivered(stage);
    expect(end).toMatchObject({ type: 'view_end', page: 'Home', dwellMs: 2_500, visibleMs: 2_500 });
  });

  it('lose at most a second of it when the process is killed, and say it once', async () => {
    const first = await openStage();
    first.host.screen('Home');
    await first.time.advance(7_900);
    const second = await first.killAndOpen();
    await second.time.advance(0);
    const third = await second.killAndOpen();
    const events = await delivered(third);
    const ends = [...first.collector.events(), ...second.collector.events(), ...events].filter(
      ({ type }) => type === 'view_end',
    );
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({ page: 'Home', dwellMs: 7_000, occurredAt: START + 7_000 });
  });

  it('are viewed anew when the visitor grants what was denied, without the time between', async () => {
    const stage = await openStage({ consent: { analytics: 'denied' } });
    stage.host.screen('Home');
    await stage.time.advance(60_000);
    stage.host.consent({ analytics: 'granted' });
    await stage.time.advance(3_000);
    stage.host.screen('Next');
    const events = await delivered(stage);
    expect(types(events)).toEqual(['screen_view', 'consent', 'view_end', 'transition', 'screen_view']);
    expect(events[2]).toMatchObject({ page: 'Home', viewId: events[0]?.viewId, dwellMs: 3_000 });
  });

  it('tell what each came from: the screen before, or what the page on it showed last', async () => {
    const stage = await openStage();
    const page = stage.page();
    page.hello();
    stage.host.screen('Home', { template: 'home' });
    stage.host.screen('Web', { showsPage: page.channel });
    page.say('view', { page: '/funds/P30', template: 'fund', modules: ['chart', '', 'x'.repeat(200), 'fees'] });
    stage.host.screen('Pay', { way: 'replace' });
    const moves = (await delivered(stage)).filter(({ type }) => type === 'transition');
    expect(moves[0]).toMatchObject({ page: 'Web', fromPage: 'Home', fromTemplate: 'home', way: 'push' });
    expect(moves[0]).not.toHaveProperty('modules');
    expect(moves[1]).toMatchObject({ page: 'Pay', fromPage: '/funds/P30', fromTemplate: 'fund', way: 'replace' });
    expect(moves[1]?.modules).toEqual(['chart', 'x'.repeat(128), 'fees']);
    expect(page.heard.filter(({ type }) => type === 'screen')).toMatchObject([
      { screen: 'Home', way: 'push', visible: false },
      { screen: 'Web', way: 'push', visible: true },
      { screen: 'Pay', way: 'replace', visible: false },
    ]);
  });
});

describe('the session', () => {
  it('ends after 30 minutes without an event, and pages are told of the next', async () => {
    const stage = await openStage();
    const page = stage.page();
    page.hello();
    stage.host.track('a');
    await stage.time.advance(30 * MINUTE);
    stage.host.track('b');
    expect(page.last('identity')).toBeUndefined();
    await stage.time.advance(30 * MINUTE + 1);
    stage.host.track('c');
    await stage.time.advance(0);
    const [first, second] = [page.last('welcome'), page.last('identity')];
    expect(second?.sessionId).not.toBe(first?.sessionId);
    expect(second).toMatchObject({ visitorId: first?.visitorId, sessionStartedAt: START + 60 * MINUTE + 1 });
    await delivered(stage);
    const sessions = stage.collector.batches.flatMap(({ context, events }) => events.map(() => context.sessionId));
    expect(sessions).toEqual([first?.sessionId, first?.sessionId, second?.sessionId]);
  });

  it('lives on by the events of pages, and over a restart', async () => {
    const first = await openStage();
    const page = first.page();
    page.hello();
    for (let seq = 1; seq <= 3; seq++) {
      await first.time.advance(20 * MINUTE);
      page.handOver([seq]);
      await first.time.advance(0);
    }
    const second = await first.killAndOpen();
    await second.time.advance(29 * MINUTE);
    second.host.track('still');
    await delivered(second);
    expect(second.collector.batches.at(-1)?.context.sessionId).toBe(page.last('welcome')?.sessionId);
    const third = await second.killAndOpen();
    await third.time.advance(31 * MINUTE);
    third.host.track('another');
    await delivered(third);
    expect(third.collector.batches.at(-1)?.context.sessionId).not.toBe(page.last('welcome')?.sessionId);
  });

  it('that ended while the app was away took its view along; the same screen is viewed anew', async () => {
    const stage = await openStage();
    stage.host.screen('Home');
    await stage.time.advance(3_000);
    stage.host.background();
    await stage.time.advance(45 * MINUTE);
    stage.host.foreground();
    await delivered(stage);
    const [old, fresh] = stage.collector.batches.slice(-2);
    const all = stage.collector.batches.flatMap(({ context, events }) =>
      events.map(({ type, occurredAt }) => [context.sessionId, type, occurredAt]),
    );
    const ended = all.find(([, type]) => type === 'view_end');
    expect(ended).toEqual([stage.collector.batches[0]?.context.sessionId, 'view_end', START + 3_000]);
    expect(types((fresh?.events ?? []) as Event[])).toContain('screen_view');
    expect(fresh?.context.sessionId).not.toBe(old?.context.sessionId);
  });
});

describe('what pages hand over', () => {
  it('is known for taken after a restart, in the queue or delivered', async () => {
    const first = await openStage();
    const page = first.page();
    page.hello();
    page.handOver([1, 2]);
    await first.time.advance(0);
    await first.host.flush();
    page.handOver([3]);
    await first.time.advance(0);
    const second = await first.killAndOpen();
    const again = openBridgePage(second.host, second.time.wallMs);
    Object.assign(again.ids, page.ids);
    again.hello();
    again.handOver([1, 2, 3, 4]);
    await second.time.advance(0);
    expect(again.last('ack')?.eventIds).toHaveLength(4);
    expect((await delivered(second)).map(({ seq }) => seq)).toEqual([3, 4]);
  });

  it('is remembered within bounds', async () => {
    const stage = await openStage();
    const page = stage.page();
    page.hello();
    for (let queue = 0; queue <= KNOWN_LIMITS.queues; queue++) page.handOver([1], { queueId: randomUUID() });
    await stage.time.advance(0);
    await stage.host.flush();
    const book = JSON.parse((await stage.storage.getText('queue')) ?? '{}') as { known: unknown[] };
    expect(book.known).toHaveLength(KNOWN_LIMITS.queues);
  });

  it('stays with the page when the queue is full, and own events are dropped and counted', async () => {
    const { host, page, time } = await openStage({ maxEvents: 3 });
    const one = page();
    one.hello();
    one.handOver([1, 2]);
    await time.advance(0);
    expect(one.last('ack')).toMatchObject({ eventIds: [expect.any(String), expect.any(String)] });
    one.handOver([3, 4]);
    await time.advance(0);
    expect(one.last('nack')).toMatchObject({ reason: 'full', afterMs: 60_000 });
    one.handOver([1, 2]); // copies need no room
    await time.advance(0);
    expect(one.heard.at(-1)).toMatchObject({ type: 'ack' });
    host.track('third');
    host.track('fourth');
    await time.advance(0);
    expect(host.health()).toMatchObject({ queued: 3, dropped: { full: 1 } });
  });

  it('leaves in batches of one context and one difference of clocks, with the clock of its page', async () => {
    const stage = await openStage();
    const { time } = stage;
    const late = openBridgePage(stage.host, () => time.wallMs() - 5 * MINUTE);
    const right = stage.page();
    late.hello();
    right.hello();
    late.handOver([1]);
    right.handOver([1]);
    await time.advance(4_000);
    await delivered(stage);
    const [first, second] = stage.collector.batches;
    expect(first?.sentAt).toBe(START + 4_000 - 5 * MINUTE);
    expect(second?.sentAt).toBe(START + 4_000);
    expect(first?.events[0]?.occurredAt).toBe(START - 5 * MINUTE);
  });

  it('is deleted when the visitor denies, in flight or not, and nothing is taken then', async () => {
    const stage = await openStage();
    const page = stage.page();
    page.hello();
    page.handOver([1]);
    stage.host.track('a');
    await stage.time.advance(0);
    stage.collector.answer(() => new Promise(() => undefined));
    void stage.host.flush();
    await stage.time.advance(0);
    stage.host.consent({ analytics: 'denied' });
    stage.host.track('b');
    page.handOver([2]);
    await stage.time.advance(0);
    expect(page.last('nack')).toMatchObject({ reason: 'denied' });
    expect(page.last('identity')?.visitorId).not.toBe(page.last('welcome')?.visitorId);
    expect(stage.host.health()).toMatchObject({ queued: 0, dropped: { denied: 1 } });
    expect(await stage.storage.read(0, 10)).toEqual([]);
    const again = await stage.killAndOpen();
    again.host.consent({ analytics: 'granted' });
    again.host.track('c');
    const events = await delivered(again);
    expect(events.map(({ type, seq }) => [type, seq])).toEqual([
      ['consent', 1],
      ['custom', 2],
    ]);
    expect(again.collector.batches[0]?.context.visitorId).toBe(page.last('identity')?.visitorId);
  });

  it('is not acknowledged when the denial came before it was written', async () => {
    const stage = await openStage();
    const page = stage.page();
    page.hello();
    page.handOver([1]);
    stage.host.consent({ analytics: 'denied' });
    await stage.time.advance(0);
    expect([page.last('ack'), page.last('nack')?.reason]).toEqual([undefined, 'denied']);
  });

  it('is not sent again after a denial, nor counted when an answer comes late', async () => {
    const stage = await openStage();
    let answer: (response: Response) => void = () => undefined;
    stage.host.conversion('before');
    stage.collector.answer(
      () => new Response(null, { status: 500 }),
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    await stage.time.advance(0);
    stage.host.consent({ analytics: 'denied' });
    await stage.time.advance(10 * MINUTE);
    expect(stage.collector.batches).toHaveLength(1);

    stage.host.consent({ analytics: 'granted' });
    stage.host.track('between');
    void stage.host.flush();
    await stage.time.advance(0);
    const late = stage.collector.batches.at(-1) as EventBatch; // it is under way
    stage.host.consent({ analytics: 'denied' });
    stage.host.consent({ analytics: 'granted' });
    await stage.time.advance(0);
    answer(ack(late));
    const events = await delivered(stage);
    expect(events.slice(-1)).toMatchObject([{ type: 'consent', seq: 1 }]); // of a queue that is new
    expect(new Set(stage.collector.batches.map(({ context }) => context.queueId)).size).toBe(3);
    expect(stage.host.health()).toMatchObject({ queued: 0, delivered: 1 });
  });

  it('is deleted at the next start where a denial was not carried out', async () => {
    const memory = createMemoryStorage();
    let isBroken = false;
    const remove: HostStorage['remove'] = (keys) => (isBroken ? Promise.reject(new Error('io')) : memory.remove(keys));
    const stage = await openStage({ storage: { ...memory, remove } });
    stage.host.track('a');
    await stage.time.advance(0);
    isBroken = true;
    stage.host.consent({ analytics: 'denied' });
    await stage.time.advance(0);
    expect(await memory.read(0, 10)).toHaveLength(1);
    isBroken = false;
    const again = await stage.killAndOpen();
    expect([await memory.read(0, 10), again.host.health().queued]).toEqual([[], 0]);
  });

  it('is not acknowledged to a page that came in place of the one that handed it over', async () => {
    const memory = createMemoryStorage();
    let write: () => void = () => undefined;
    const append: HostStorage['append'] = (texts) =>
      new Promise((resolve) => {
        write = () => resolve(memory.append(texts));
      });
    const stage = await openStage({ storage: { ...memory, append } });
    const page = stage.page();
    page.hello();
    page.handOver([1]);
    await stage.time.advance(0);
    page.channel.receive(page.compose('hello', { ...helloFields(page), nonce: 'another-page-another' }));
    write();
    await stage.time.advance(0);
    expect(page.heard.map(({ type, nonce }) => [type, nonce])).toEqual([
      ['welcome', expect.any(String)],
      ['welcome', 'another-page-another'],
    ]);
  });

  it('survives a page or container that fails while it is spoken to', async () => {
    const stage = await openStage();
    stage.host
      .connect({
        send: () => {
          throw new Error('gone');
        },
      })
      .receive(stage.page().compose('hello'));
    const page = stage.page();
    const failing = stage.host.connect({ send: () => Promise.reject(new Error('gone')) });
    page.hello();
    failing.receive(page.compose('hello', helloFields(page)));
    await stage.time.advance(0);
    expect(stage.host.health().dropped).toMatchObject({ unsent_message: 1 });
  });
});

describe('delivery', () => {
  it('sends after the interval, orders and conversions at once', async () => {
    const stage = await openStage();
    stage.host.track('a');
    await stage.time.advance(4_999);
    expect(stage.collector.batches).toHaveLength(0);
    await stage.time.advance(1);
    expect(stage.collector.batches).toHaveLength(1);
    stage.host.conversion('goal');
    await stage.time.advance(0);
    expect(stage.collector.batches).toHaveLength(2);
  });

  it('sends again under the same id until an ack names the batch, ever later', async () => {
    const stage = await openStage({ randomBytes: (count) => new Uint8Array(count).fill(255) });
    const fail = () => new Response('portal', { status: 200 });
    stage.collector.answer(
      () => Promise.reject(new Error('offline')),
      fail,
      () => new Response(null, { status: 202 }),
    );
    stage.host.conversion('goal');
    await stage.time.advance(0);
    for (const wait of [1_000, 2_000, 4_000]) {
      const before = stage.collector.batches.length;
      await stage.time.advance(wait * 0.9);
      expect(stage.collector.batches).toHaveLength(before);
      await stage.time.advance(wait * 0.1);
      expect(stage.collector.batches).toHaveLength(before + 1);
    }
    expect(new Set(stage.collector.batches.map(({ batchId }) => batchId)).size).toBe(1);
    expect(stage.host.health()).toMatchObject({ queued: 0, delivered: 1 });
  });

  it('keeps to Retry-After, even when the app is brought to the front', async () => {
    const stage = await openStage();
    stage.collector.answer(() => new Response(null, { status: 503, headers: { 'Retry-After': '120' } }));
    stage.host.conversion('goal');
    await stage.time.advance(0);
    stage.host.foreground();
    await stage.host.flush();
    await stage.time.advance(119_999);
    expect(stage.collector.batches).toHaveLength(1);
    await stage.time.advance(1);
    expect(stage.collector.batches).toHaveLength(2);
  });

  it('halves what is too large until the one at fault stands alone, sets that aside and says so', async () => {
    const stage = await openStage();
    const batches: number[][] = [];
    const fetch = (async (_url: unknown, init?: RequestInit) => {
      const batch = JSON.parse(String(init?.body)) as EventBatch; // of our host
      batches.push(batch.events.map(({ seq }) => seq));
      return batch.events.some(({ seq }) => seq === 5) ? new Response(null, { status: 413 }) : ack(batch);
    }) as typeof globalThis.fetch; // only ever called like this
    const other = await stage.killAndOpen({ fetch });
    for (let i = 1; i <= 8; i++) other.host.track(`e${i}`);
    await other.host.flush();
    expect(batches[0]).toHaveLength(8);
    expect(batches).toContainEqual([5]);
    expect(other.host.health()).toMatchObject({ queued: 0, delivered: 7, dropped: { unsendable: 1 } });
    other.host.background();
    await other.time.advance(0);
    const records = batches.at(-1);
    expect(records).toEqual([9]);
  });

  it('gives up after 7 days what may have been sent before, counts it and says so, and keeps what never was', async () => {
    const week = 7 * 24 * 60 * MINUTE;
    const noAnswer = () => Promise.reject(new TypeError('no answer'));
    const first = await openStage();
    first.collector.answer(...Array<typeof noAnswer>(99).fill(noAnswer));
    first.host.track('old');
    await first.host.flush();
    await first.time.advance(MINUTE);
    first.host.track('young');
    await first.host.flush();
    const later = await first.killAndOpen();
    later.collector.answer(noAnswer);
    await later.host.flush();
    later.time.setWall(later.time.wallMs() + week - MINUTE / 2);
    later.host.track('of this process, and never sent');
    later.collector.batches.length = 0;
    await later.host.flush();
    expect(later.collector.events().map(({ name }) => name)).toEqual(['young', 'of this process, and never sent']);
    expect(later.host.health()).toMatchObject({ queued: 0, delivered: 2, dropped: { expired: 1 } });
    later.host.background();
    await later.time.advance(0);
    expect(later.collector.events().at(-1)).toMatchObject({ type: 'sdk_health', dropped: { expired: 1 } });
  });

  it('cuts at 50 events and at 60,000 bytes, not characters', async () => {
    const stage = await openStage();
    for (let i = 0; i < 60; i++) stage.host.track('small');
    for (let i = 0; i < 30; i++) stage.host.track('large', { text: '海'.repeat(1_000) });
    const events = await delivered(stage);
    expect(events).toHaveLength(90);
    expect(stage.collector.batches[0]?.events).toHaveLength(50);
    for (const { events: some } of stage.collector.batches) {
      expect(some.length === 1 || Buffer.byteLength(JSON.stringify(some)) < 61_000).toBe(true);
    }
  });

  it('stops when the key is refused, and keeps what waits', async () => {
    const stage = await openStage();
    stage.collector.answer(() => new Response(null, { status: 401 }));
    stage.host.conversion('goal');
    await stage.time.advance(MINUTE);
    stage.host.conversion('again');
    await stage.time.advance(60 * MINUTE);
    expect(stage.collector.batches).toHaveLength(1);
    expect(stage.host.health()).toMatchObject({ stopped: true, queued: 2 });
  });

  it('counts what the collector rejects, and deletes it', async () => {
    const stage = await openStage();
    stage.host.track('a');
    stage.collector.answer(() => ack(stage.collector.batches[0] as EventBatch, [{ index: 0 }])); // it came
    await stage.host.flush();
    expect(stage.host.health()).toMatchObject({ queued: 0, delivered: 0, rejected: 1 });
  });
});

it('starts on a storage whose values were torn, and gives up what it cannot read', async () => {
  const storage = createMemoryStorage();
  await storage.append(['{"context":', '']);
  for (const name of ['person', 'queue', 'view']) await storage.setText(name, '{"identity');
  const stage = await openStage({ storage });
  stage.host.track('a');
  expect(await delivered(stage)).toMatchObject([{ name: 'a', seq: 1 }]);
  expect(stage.host.health()).toMatchObject({ queued: 0, dropped: { damaged: 2 } });
});

it('refuses a user that the collector would not take: all batches of the host would fall with it', async () => {
  const stage = await openStage();
  const page = stage.page();
  page.hello();
  for (const userId of ['', 'u'.repeat(129), 5]) page.say('identity', { ...page.ids, userId });
  expect(stage.host.health().refused).toEqual({ malformed: 3 });
});

it('takes no key but a write key', async () => {
  await expect(openStage({ writeKey: 'tm_sk_secret' })).rejects.toThrow('write key');
});
