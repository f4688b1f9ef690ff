// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { installFaultyIndexedDb } from '../../../../test/fixtures/faulty-indexed-db.js';
import { ORDER as order, startClient } from '../../../../test/fixtures/page-client.js';
import { ackOf, installPageCollector } from '../../../../test/fixtures/page-collector.js';
import type { InitOptions, OrderFields } from './client.js';
import { init } from './init.js';

const start = (options: Partial<InitOptions> = {}) =>
  startClient({ endpoint: 'https://collect.example/', automaticViews: true, ...options });

describe('init', () => {
  let database: ReturnType<typeof installFaultyIndexedDb>;
  beforeEach(() => {
    database = installFaultyIndexedDb();
    localStorage.clear();
    history.replaceState(null, '', '/');
    return () => {
      database.restore();
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    };
  });

  it('sends events of every kind as the protocol has them, once, numbered from 1', async () => {
    const collector = installPageCollector();
    const client = start({ appId: 'shop', release: '1.0', describeView: () => ({ page: 'p'.repeat(3_000) }) });
    client.track('filter', { term: 'P7', bad: { nested: true } as unknown as string });
    client.page({ page: '/dialog', title: 'Dialog', template: 'dialog' });
    client.click('buy', { shares: 3 });
    client.formStart('subscribe');
    client.exposure('card', { visibleRatio: 0.5, visibleMs: 1_000 });
    client.exposure('card');
    client.conversion('subscribe', { amount: 102, currency: 'CNY' });
    client.conversion('visit');
    client.order(order);
    client.identify('u1', { vip: true });
    client.consent({ analytics: 'granted' });
    history.pushState(null, '', '/next');
    await client.close();
    const events = collector.events.toSorted((a, b) => a.seq - b.seq);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
    expect(collector.events[0]).toMatchObject({ type: 'conversion', goal: 'subscribe' }); // what is urgent goes first
    expect(events.map(({ type }) => type)).toEqual([
      'custom',
      'page_view',
      'view_end',
      'click',
      'form_start',
      'exposure',
      'exposure',
      'conversion',
      'conversion',
      'order',
      'identify',
      'consent',
      'page_view',
      'view_end',
      'page_view',
      'view_end',
      'sdk_health',
    ]);
    expect(collector.events.find(({ type }) => type === 'click')?.page).toBe('/dialog');
    expect(collector.contexts).toContainEqual(expect.objectContaining({ appId: 'shop', userId: 'u1' }));
    expect(client.health()).toMatchObject({ delivered: 17, rejected: 0, dropped: { bad_prop: 1 } });
  });

  it('ends a view in the session it was shown in, however long it stood idle', async () => {
    const collector = installPageCollector();
    const client = start();
    client.track('shown');
    await client.flush();
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 3 * 3_600_000);
    await client.close();
    expect(collector.events.at(-1)?.type).toBe('view_end');
    expect(new Set(collector.contexts.map(({ sessionId }) => sessionId)).size).toBe(1);
  });

  it('takes of an object of the page only what it asked for', async () => {
    const collector = installPageCollector();
    const client = start({ automaticViews: false });
    const row = { type: 'limit', eventId: 'x', seq: 7, page: 4, __proto__: { more: 1 } };
    client.order({ ...order, ...row, props: { reference: 1.01 } } as OrderFields);
    client.conversion('g', { ...row } as object);
    client.exposure('m', { ...row } as object);
    await client.flush();
    expect(collector.events.map(({ type, seq }) => `${type} ${seq}`)).toEqual([
      'order 1',
      'conversion 2',
      'exposure 3',
    ]);
    expect(collector.events.map(({ props }) => props)).toEqual([{ reference: 1.01 }, undefined, undefined]);
  });

  it('never throws into the page, whatever it is given, and counts what it could not do', async () => {
    const collector = installPageCollector();
    const client = start({ automaticViews: false });
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    );
    const calls: readonly (() => void)[] = [
      () => client.track('proxy', trap),
      () => client.conversion('big', { amount: 10n as unknown as number }),
      () => client.conversion('circle', { amount: circular as unknown as number }),
      () => client.order(undefined as unknown as OrderFields),
      () => client.consent(null as unknown as object),
    ];
    for (const call of calls) expect(call).not.toThrow();
    client.track('circular', circular as Record<string, string>);
    client.track('none', null as unknown as Record<string, string>);
    await client.flush();
    expect(collector.events.map((event) => 'name' in event && event.name)).toEqual(['circular', 'none']);
    expect(client.health().dropped).toEqual({ internal_error: calls.length, bad_prop: 1 });
  });

  it('outlives an app that cannot describe its views', async () => {
    const collector = installPageCollector();
    const client = start({
      describeView() {
        throw new Error('the app');
      },
    });
    expect(() => history.pushState(null, '', '/a')).not.toThrow();
    await client.close();
    expect(collector.events.map(({ type, page }) => `${type} ${page}`)).toEqual([
      'page_view /',
      'view_end /',
      'page_view /a',
      'view_end /a',
      'sdk_health undefined',
    ]);
    expect(client.health().dropped).toEqual({ internal_error: 2 });
  });

  it.each([
    ['no fetch', () => vi.stubGlobal('fetch', undefined), {}],
    ['no crypto', () => vi.stubGlobal('crypto', undefined), {}],
    ['a secret key', () => undefined, { writeKey: 'tm_sk_0123456789ab' }],
    ['no key', () => undefined, { writeKey: undefined as unknown as string }],
    ['no endpoint', () => undefined, { endpoint: undefined as unknown as string }],
    ['nothing', () => undefined, undefined as unknown as object],
  ])('is off, and says so once, with %s', (_, prepare, options) => {
    installPageCollector();
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const { pushState } = history;
    prepare();
    const whole = options && { endpoint: 'https://collect.example', writeKey: 'tm_pk_0123456789ab', ...options };
    const client = init(whole as InitOptions);
    client.track('a');
    expect(client.health().stopped).toBe(true);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(history.pushState).toBe(pushState);
  });

  it.each([
    ['IndexedDB is missing', () => vi.stubGlobal('indexedDB', undefined)],
    [
      'localStorage throws',
      () =>
        vi.stubGlobal('localStorage', {
          getItem: () => {
            throw new Error('no');
          },
        }),
    ],
    [
      'there is neither',
      () => {
        vi.stubGlobal('indexedDB', undefined);
        vi.stubGlobal('localStorage', null);
      },
    ],
  ])('works where %s', async (_, prepare) => {
    const collector = installPageCollector();
    prepare();
    const client = start({ automaticViews: false });
    client.track('a');
    client.track('b');
    await client.flush();
    expect(collector.events.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(client.health().delivered).toBe(2);
  });

  it('tells where its events are', async () => {
    const collector = installPageCollector(() => Response.json({}, { status: 503 }));
    const client = start({ automaticViews: false });
    client.track('a');
    client.track('b');
    client.track('bad');
    await client.flush();
    await expect
      .poll(() => client.health())
      .toMatchObject({ queued: 3, delivered: 0, storage: 'indexeddb', stopped: false });
    collector.answer = (batchId) =>
      ackOf(batchId, { rejected: [{ index: 2, eventId: '', reason: 'too_long', field: 'name' }] });
    await client.flush();
    await expect.poll(() => client.health()).toMatchObject({ queued: 0, delivered: 2, rejected: 1, dropped: {} });
    collector.answer = () => Response.json({ code: 'body_too_large' }, { status: 413 });
    client.track('huge');
    await client.flush();
    await expect.poll(() => client.health()).toMatchObject({ queued: 0, dropped: { unsendable: 1 } });
    collector.answer = () => Response.json({ code: 'unknown_key' }, { status: 401 });
    client.track('kept');
    await client.flush();
    await expect.poll(() => client.health()).toMatchObject({ queued: 1, stopped: true });
  });

  it('leaves what it could not send to the next page, which sends it by itself', async () => {
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    const first = start({ automaticViews: false });
    first.track('a');
    await first.close();
    expect(collector.events).toEqual([]);
    collector.answer = (batchId) => ackOf(batchId);
    const second = start({ automaticViews: false });
    await expect.poll(() => collector.events.length).toBe(1);
    second.track('b');
    await second.flush();
    expect(collector.events.map(({ seq }) => seq)).toEqual([1, 2]);
    const [one, two] = collector.contexts;
    for (const same of ['visitorId', 'sessionId', 'queueId'] as const) expect(two?.[same]).toBe(one?.[same]);
  });

  it('sees that another tab sent its events', async () => {
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    const [one, two] = [start({ automaticViews: false }), start({ automaticViews: false })];
    one.track('a');
    await one.flush();
    collector.answer = (batchId) => ackOf(batchId);
    const flushTwo = async () => {
      await two.flush(); // not while the other holds the lease: there are no locks here
      return collector.events.length;
    };
    await expect.poll(flushTwo).toBe(1);
    await one.flush();
    await expect.poll(() => one.health()).toMatchObject({ queued: 0 });
  });

  it('sends again when the page is back online', async () => {
    const collector = installPageCollector(() => Promise.reject(new TypeError('Failed to fetch')));
    const client = start({ automaticViews: false });
    client.track('a');
    await client.flush();
    collector.answer = (batchId) => ackOf(batchId);
    dispatchEvent(new Event('online'));
    await expect.poll(() => collector.events.length).toBe(1);
  });

  it('gives a time that the collector takes where the device has lost its clock', async () => {
    const collector = installPageCollector();
    vi.spyOn(Date, 'now').mockReturnValue(42);
    const client = start({ automaticViews: false });
    client.track('a');
    await client.flush();
    expect(collector.events).toHaveLength(1);
  });

  it('is silent after close, gives the page back, and counts what still comes', async () => {
    const collector = installPageCollector();
    const client = start();
    await client.close();
    await client.close();
    const count = collector.events.length;
    history.pushState(null, '', '/later');
    dispatchEvent(new Event('pagehide'));
    client.track('late');
    client.page({ page: 'late' });
    await client.flush();
    expect(collector.events).toHaveLength(count);
    expect(client.health().dropped).toEqual({ closed: 1 });
    expect(Object.hasOwn(history, 'pushState')).toBe(false);
  });

  it('takes nothing more from the call of close on, whether the collector has answered or not', async () => {
    const collector = installPageCollector();
    const client = start({ automaticViews: false });
    client.track('a');
    const closing = client.close();
    client.track('while it closes');
    await closing;
    expect(collector.events).toHaveLength(1);
    expect(client.health()).toMatchObject({ queued: 0, dropped: { closed: 1 } });
  });
});
