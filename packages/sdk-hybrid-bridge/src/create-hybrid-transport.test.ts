// @vitest-environment happy-dom
import {
  type BridgeIdentity,
  brandId,
  type Carrier,
  type ConsentByPurpose,
  type DeliveryOutcome,
} from '@tidemark/protocol';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBridgedPerson } from '../../../test/fixtures/bridged-person.js';
import { createHybridTransport, type HybridOptions } from './create-hybrid-transport.js';
import { cutIntoPieces } from './index.js';
import type { PageEvent } from './page.js';
import { frame } from './ports/frame.js';

interface Message {
  readonly type: string;
  readonly nonce: string;
  readonly n: number;
  readonly purposes?: ConsentByPurpose;
  readonly text?: string;
  readonly of?: number;
}

const T = 1_800_000_000_000;
const id = (n: number) => `01a00000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const OWN: BridgeIdentity = {
  visitorId: brandId(id(1)),
  sessionId: brandId(id(2)),
  sessionStartedAt: T - 1_000,
};
const NATIVE = { visitorId: id(11), userId: 'u7', sessionId: id(12), sessionStartedAt: T - 60_000 };

/** A client with nothing behind it: what the bridge does to it is all there is to see. */
function createPage() {
  const person = createBridgedPerson(OWN);
  let purposes: ConsentByPurpose = {};
  const http = {
    post: vi.fn(async (): Promise<DeliveryOutcome> => ({ kind: 'retry', afterMs: 77 })),
    postLeaving: vi.fn((): Promise<DeliveryOutcome> | undefined => undefined),
    roomLeaving: () => 64_000,
    ask: vi.fn(async (ids: readonly string[]) => ids),
  };
  let carrier: Carrier = http;
  const readers: ((event: PageEvent) => { readonly logicalMs: number; readonly logicalCount: number })[] = [];
  const listeners: (() => void)[] = [];
  const decided: ConsentByPurpose[] = [];
  const events: unknown[] = [];
  const send = vi.fn();
  return {
    http,
    decided,
    events,
    send,
    identity: person.identity,
    identify: person.identify,
    consent(given: ConsentByPurpose) {
      purposes = { ...purposes, ...given };
      for (const listener of listeners) listener();
    },
    event: (event: PageEvent) => readers.map((read) => read(event))[0],
    carrier: () => carrier,
    bridged: {
      clock: { now: () => Date.now() },
      ...person.parts,
      consent: {
        purposes: () => purposes,
        decide(given: ConsentByPurpose) {
          decided.push(given);
          purposes = { ...purposes, ...given };
          for (const listener of listeners) listener();
        },
      },
      emit: (event: unknown) => void events.push(event),
      atEvent: (read: (typeof readers)[number]) => void readers.push(read),
      onConsent: (listener: () => void) => void listeners.push(listener),
      carry: (wrap: (http: Carrier) => Carrier) => {
        carrier = wrap(carrier);
      },
      send,
    },
  };
}

/** A native app in which the page lies: hears everything, says what it is told to. */
function createShell() {
  const heard: Message[] = [];
  let said = 0;
  let clock = T + 600_000; // ten minutes ahead
  const page = window as { TidemarkAndroid?: unknown; tidemarkBridge?: { receive(text: unknown): void } };
  const shell = {
    heard,
    broken: false,
    of: (type: string) => heard.filter((message) => message.type === type),
    last(type: string): Message {
      const message = shell.of(type).at(-1);
      if (!message) throw new Error(`the page never said ${type}`);
      return message;
    },
    inject() {
      page.TidemarkAndroid = {
        postMessage(text: string) {
          if (shell.broken) throw new Error('Java bridge method invocation error');
          heard.push(JSON.parse(text));
        },
      };
    },
    receive: (text: unknown) => page.tidemarkBridge?.receive(text),
    write: (type: string, fields: object = {}) =>
      JSON.stringify({ tidemark: 1, type, nonce: shell.last('hello').nonce, n: ++said, at: [++clock, 0], ...fields }),
    say: (type: string, fields?: object) => shell.receive(shell.write(type, fields)),
    restart() {
      said = 0;
    },
    welcome: (fields: object = {}) =>
      shell.say('welcome', {
        version: 1,
        hostNonce: 'the-host-s-own-secret',
        maxChars: 0,
        capabilities: [],
        consent: {},
        ...NATIVE,
        ...fields,
      }),
  };
  return shell;
}

const EVENTS = [{ eventId: id(21) }, { eventId: id(22) }];
const BATCH = JSON.stringify({ v: 1, batchId: id(20), events: EVENTS });
const NAMED = EVENTS.map(({ eventId }) => eventId);

describe('createHybridTransport', () => {
  let page: ReturnType<typeof createPage>;
  let shell: ReturnType<typeof createShell>;
  beforeEach(() => {
    vi.useFakeTimers({ now: T });
    page = createPage();
    shell = createShell();
    return () => {
      vi.useRealTimers();
      for (const name of ['TidemarkAndroid', 'tidemarkBridge']) Reflect.deleteProperty(window, name);
    };
  });

  function start(options?: HybridOptions) {
    const transport = createHybridTransport(options);
    onTestFinished(transport(page.bridged));
    return transport;
  }
  const post = (json = BATCH, batchId = id(20)) => page.carrier().post(batchId, json, () => true);
  const settled = () => vi.advanceTimersByTimeAsync(0);

  it('greets the host, and is its visitor in its session from then on, and one with its clock', () => {
    shell.inject();
    const transport = start();
    expect(shell.last('hello')).toMatchObject({
      n: 1,
      versions: [1],
      ...OWN,
      pageStartedAt: T,
      sentAt: T,
      maxChars: 0,
    });
    expect(page.event({ type: 'custom' })).toEqual({ logicalMs: T, logicalCount: 1 });
    shell.welcome({ screen: 'Home' });
    expect(page.identity()).toEqual(NATIVE);
    expect(page.events).toEqual([{ type: 'transition', fromPage: 'Home', way: 'bridge_call' }]);
    expect(page.event({ type: 'custom' })).toEqual({ logicalMs: T + 600_001, logicalCount: 3 }); // behind all before
    expect(page.send).toHaveBeenCalledTimes(1);
    expect(transport.health()).toEqual({ container: 'android', connected: true, refused: {} });
  });

  it('hands batches to the host, and takes only an answer that names each event for a delivery', async () => {
    shell.inject();
    start();
    shell.welcome();
    const whole = post();
    await settled();
    expect(shell.last('batch')).toMatchObject({ nonce: 'the-host-s-own-secret', batch: JSON.parse(BATCH) });
    shell.say('ack', {
      batchId: id(20),
      eventIds: NAMED.slice(0, 1),
      rejected: [{ eventId: NAMED[1], reason: 'wrong_type' }],
    });
    expect(await whole).toMatchObject({
      kind: 'delivered',
      ack: {
        batchId: id(20),
        accepted: 1,
        rejected: [{ index: 1, eventId: NAMED[1], reason: 'wrong_type', field: '' }],
      },
    });
    expect(page.http.post).not.toHaveBeenCalled();
    const half = post();
    await settled();
    shell.say('ack', { batchId: id(20), eventIds: NAMED.slice(0, 1), rejected: [] });
    expect(await half).toEqual({ kind: 'retry', afterMs: 77 }); // by HTTP
    expect(page.http.post).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['busy', undefined],
    ['full', undefined],
    ['invalid_batch', undefined],
    ['denied', { kind: 'retry', afterMs: 5 }],
    ['too_large', { kind: 'too_large' }],
  ])('takes a batch that the host refuses as %s elsewhere, or leaves it', async (reason, outcome) => {
    shell.inject();
    start();
    shell.welcome();
    const posted = post();
    await settled();
    shell.say('nack', { batchId: id(20), reason, afterMs: 5 });
    expect(await posted).toEqual(outcome ?? { kind: 'retry', afterMs: 77 });
    expect(page.http.post).toHaveBeenCalledTimes(outcome ? 0 : 1);
  });

  it('sends by HTTP where there is no host, once it has had its time', async () => {
    start();
    const ready = vi.fn();
    void page.carrier().ready?.then(ready);
    await vi.advanceTimersByTimeAsync(1_499);
    expect(ready).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ready).toHaveBeenCalled();
    expect(await post()).toEqual({ kind: 'retry', afterMs: 77 });
    expect(await page.carrier().ask([id(20)])).toEqual([id(20)]);
  });

  it('finds a container that is injected late, and a host that answers late, without having lost a message', async () => {
    start();
    await vi.advanceTimersByTimeAsync(1_000);
    shell.inject();
    await vi.advanceTimersByTimeAsync(500);
    expect(shell.of('hello').map(({ n }) => n)).toEqual([1, 2]);
    await post(); // by HTTP, and another hello
    expect(page.http.post).toHaveBeenCalledTimes(1);
    expect(shell.of('hello')).toHaveLength(3);
    shell.welcome();
    const taken = post();
    await settled();
    shell.say('ack', { batchId: id(20), eventIds: NAMED, rejected: [] });
    expect(await taken).toMatchObject({ kind: 'delivered' });
    expect(page.http.post).toHaveBeenCalledTimes(1);
  });

  it('greets a host that comes late before it asks the collector after batches, which may be all that it can do', async () => {
    start();
    await vi.advanceTimersByTimeAsync(2_000);
    shell.inject();
    const asked = page.carrier().ask([id(20)]);
    expect(shell.of('hello')).toHaveLength(1);
    expect(await asked).toEqual([id(20)]);
    shell.welcome();
    expect(await page.carrier().ask([id(20)])).toEqual([]);
  });

  it('takes a host that leaves two batches without an answer for gone, until it is heard again', async () => {
    shell.inject();
    const transport = start();
    shell.welcome();
    for (let i = 0; i < 2; i++) {
      const posted = post();
      await vi.advanceTimersByTimeAsync(4_999);
      expect(page.http.post).toHaveBeenCalledTimes(i);
      await vi.advanceTimersByTimeAsync(1);
      expect(await posted).toEqual({ kind: 'retry', afterMs: 77 });
    }
    expect(transport.health().connected).toBe(false);
    const [first] = shell.of('hello');
    await post();
    expect(page.http.post).toHaveBeenCalledTimes(3);
    expect(shell.last('hello').nonce).not.toBe(first?.nonce);
    shell.restart(); // another process numbers from the beginning
    shell.welcome();
    expect(transport.health()).toMatchObject({ connected: true, refused: {} });
  });

  it('greets the host anew out of the back-forward cache, which has heard other pages since', () => {
    shell.inject();
    const transport = start();
    shell.welcome();
    const first = shell.last('hello');
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
    expect(shell.of('hello')).toHaveLength(1);
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    expect(transport.health().connected).toBe(false);
    expect(shell.last('hello').nonce).not.toBe(first.nonce);
    shell.restart();
    shell.welcome({ userId: 'u9' });
    expect(page.identity()).toMatchObject({ userId: 'u9' });
  });

  it('goes on where the container throws', async () => {
    shell.inject();
    start();
    shell.welcome();
    shell.broken = true;
    const posted = post();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await posted).toEqual({ kind: 'retry', afterMs: 77 });
  });

  it('hands over within the call when the page is left, and does not wait', () => {
    shell.inject();
    start();
    page.carrier().postLeaving(id(20), BATCH);
    expect(page.http.postLeaving).toHaveBeenCalledTimes(1);
    shell.welcome();
    page.carrier().postLeaving(id(20), BATCH);
    expect(shell.of('batch')).toHaveLength(1);
    expect(page.http.postLeaving).toHaveBeenCalledTimes(1);
  });

  it('has the host told of who the page identified, before the events of that user', async () => {
    shell.inject();
    start();
    shell.welcome();
    void post();
    await settled();
    expect(shell.of('identity')).toEqual([]);
    page.identify('u8');
    void post();
    await settled();
    expect(shell.heard.map(({ type }) => type)).toEqual(['hello', 'batch', 'identity', 'batch']);
    expect(shell.last('identity')).toMatchObject({ ...NATIVE, userId: 'u8' });
    shell.say('identity', { ...NATIVE, userId: 'u9' });
    expect(page.identity()).toMatchObject({ userId: 'u9' });
  });

  it('takes no identity from the host that is older than the one it has', () => {
    shell.inject();
    start();
    shell.welcome();
    shell.say('identity', { ...NATIVE, userId: 'u9', at: [T, 0] });
    expect(page.identity()).toEqual(NATIVE);
  });

  it('shares what the visitor decided, either way, once', () => {
    shell.inject();
    start();
    page.consent({ marketing: 'denied' }); // before there was a host
    shell.welcome({ consent: { analytics: 'granted' } });
    expect(page.decided).toEqual([{ analytics: 'granted' }]);
    expect(shell.of('consent').map((message) => message.purposes)).toEqual([
      { analytics: 'granted', marketing: 'denied' },
    ]);
    page.consent({ risk: 'granted' });
    expect(shell.last('consent').purposes).toEqual({ analytics: 'granted', marketing: 'denied', risk: 'granted' });
    shell.say('consent', { purposes: { risk: 'denied' } });
    expect(page.decided.at(-1)).toEqual({ risk: 'denied' });
    expect(shell.of('consent')).toHaveLength(2);
  });

  it('keeps to a denial of this page that no host heard of, and has the host keep to it, but for what only the host knows', () => {
    shell.inject();
    start();
    shell.welcome({ consent: { analytics: 'granted' } });
    shell.say('bye');
    page.consent({ analytics: 'denied' });
    void page.carrier().ask([id(20)]); // looks for the host
    shell.restart();
    shell.welcome({ consent: { analytics: 'granted', risk: 'denied' } });
    expect(page.bridged.consent.purposes()).toEqual({ analytics: 'denied', risk: 'denied' });
    expect(shell.last('consent').purposes).toEqual({ analytics: 'denied', risk: 'denied' });
  });

  it('keeps to its denial where the host granted before it heard of that', () => {
    shell.inject();
    start();
    shell.welcome();
    const late = shell.write('consent', { purposes: { analytics: 'granted' } });
    shell.say('ping');
    page.consent({ analytics: 'denied' });
    shell.receive(late);
    shell.welcome({ consent: { analytics: 'granted' } }); // the answer to an earlier hello
    expect(page.bridged.consent.purposes()).toEqual({ analytics: 'denied' });
  });

  it('keeps who was identified before the welcome, where the host knows nobody, and tells it', () => {
    shell.inject();
    start();
    page.identify('u8');
    page.event({ type: 'identify' });
    shell.welcome({ userId: undefined });
    expect(page.identity()).toMatchObject({ visitorId: NATIVE.visitorId, sessionId: NATIVE.sessionId, userId: 'u8' });
    expect(shell.last('identity')).toMatchObject({ sessionId: NATIVE.sessionId, userId: 'u8' });
  });

  it('forgets the user of an earlier visit, where the host knows nobody any more', () => {
    page.identify('u8');
    shell.inject();
    start();
    shell.welcome({ userId: undefined });
    expect(page.identity().userId).toBeUndefined();
    expect(shell.of('identity')).toEqual([]);
  });

  it('tells at once who is identified, and does not lose it to what the host said before', () => {
    shell.inject();
    start();
    shell.welcome();
    const late = shell.write('identity', { ...NATIVE, userId: undefined });
    shell.say('ping');
    page.identify('u8');
    page.event({ type: 'identify' });
    expect(shell.last('identity')).toMatchObject({ userId: 'u8' });
    shell.receive(late);
    expect(page.identity()).toMatchObject({ userId: 'u8' });
  });

  it('tells what the page shows, with the modules of which half was seen', () => {
    shell.inject();
    start();
    page.event({ type: 'page_view', page: '/fund/P30', template: 'product' });
    shell.welcome();
    page.event({ type: 'exposure', module: 'rates', visibleRatio: 0.6 });
    page.event({ type: 'exposure', module: 'rates', visibleRatio: 0.6 });
    page.event({ type: 'exposure', module: 'terms', visibleRatio: 0.4 });
    page.event({ type: 'page_view', page: '/done' });
    expect(shell.of('view')).toMatchObject([
      { page: '/fund/P30', template: 'product', modules: [] },
      { page: '/fund/P30', template: 'product', modules: ['rates'] },
      { page: '/done', modules: [] },
    ]);
  });

  it('halves what is too long for the host, sends a single event by HTTP, or cuts where it was given the means', async () => {
    shell.inject();
    start();
    shell.welcome({ maxChars: 512 });
    const long = (count: number) => {
      const events = Array.from({ length: count }, (_, i) => ({ eventId: id(30 + i), name: 'x'.repeat(600) }));
      return JSON.stringify({ v: 1, batchId: id(20), events });
    };
    expect(await post(long(2))).toEqual({ kind: 'too_large' });
    expect(await post(long(1))).toEqual({ kind: 'retry', afterMs: 77 });
    expect(shell.of('batch')).toEqual([]);
  });

  it('says a long message in parts that are short enough, and mean the same together', async () => {
    shell.inject();
    start({ cut: cutIntoPieces });
    shell.welcome({ maxChars: 512 });
    const json = JSON.stringify({
      v: 1,
      batchId: id(20),
      events: [{ eventId: id(30), name: '"\\\u0001我😀'.repeat(200) }],
    });
    void post(json);
    await settled();
    const parts = shell.of('part');
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(JSON.stringify(part).length).toBeLessThanOrEqual(512);
    const whole = JSON.parse(parts.map((part) => part.text).join(''));
    expect(whole).toMatchObject({ type: 'batch', n: parts[0]?.of, batch: JSON.parse(json) });
  });

  describe('what it does not believe', () => {
    const refusedAfter = (...texts: unknown[]) => {
      shell.inject();
      const transport = start();
      shell.welcome();
      for (const text of texts) shell.receive(text);
      return transport.health().refused;
    };

    it('is counted by its reason, and never thrown into whoever said it', () => {
      const refused = refusedAfter(
        7,
        '{',
        '[]',
        'null',
        '{"a":{"__proto__":1}}',
        '['.repeat(9) + ']'.repeat(9),
        `"${'x'.repeat(1_048_576)}"`,
        JSON.stringify({ tidemark: 1, type: 'ack', n: 9, at: [T, 0], nonce: 'somebody-else-s' }),
        JSON.stringify({ tidemark: 1, type: 'ack', n: 9, at: [T, -1], nonce: 'x' }),
        JSON.stringify({ tidemark: 1, type: 'batch', n: 9, at: [T, 0], nonce: 'x' }),
      );
      expect(refused).toEqual({
        not_text: 1,
        unreadable: 1,
        foreign: 3,
        polluted: 1,
        deep: 1,
        oversize: 1,
        wrong_nonce: 1,
        malformed: 1,
      });
    });

    it('is a second message of one number, and one with wrong fields', () => {
      shell.inject();
      const transport = start();
      shell.welcome();
      const text = shell.write('ping');
      shell.receive(text);
      shell.receive(text);
      expect(shell.of('pong')).toHaveLength(1);
      shell.say('identity', { ...NATIVE, sessionId: 'none' });
      shell.say('welcome', { consent: {}, ...NATIVE });
      expect(transport.health().refused).toEqual({ duplicate: 1, malformed: 2 });
      expect(page.identity()).toEqual(NATIVE);
    });

    it('is a frame around it of another origin, or another frame than its own', async () => {
      const parentWindow = { postMessage: vi.fn() };
      vi.stubGlobal('parent', parentWindow);
      onTestFinished(() => void vi.unstubAllGlobals());
      const transport = start({ messenger: frame('https://app.example') });
      const hello = JSON.parse(parentWindow.postMessage.mock.calls[0]?.[0]);
      expect(parentWindow.postMessage.mock.calls[0]?.[1]).toBe('https://app.example');
      const welcome = { ...hello, type: 'welcome', consent: {}, hostNonce: 'h'.repeat(22), maxChars: 0, ...NATIVE };
      const say = (origin: string, source: unknown) =>
        dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(welcome), origin, source }));
      say('https://evil.example', parentWindow);
      say('https://app.example', window);
      expect(transport.health()).toEqual({ container: 'given', connected: false, refused: { foreign_origin: 1 } });
      say('https://app.example', parentWindow);
      expect(transport.health().connected).toBe(true);
    });
  });

  it('stamps what comes after the welcome behind all that the host may move, however late the hello was heard', () => {
    shell.inject();
    start();
    vi.advanceTimersByTime(900);
    const before = page.event({ type: 'custom' });
    vi.advanceTimersByTime(100);
    const late = 1_000; // the host heard the hello only now, by a clock that is the page's
    shell.say('welcome', {
      hostNonce: 'the-host-s-own-secret',
      maxChars: 0,
      consent: {},
      ...NATIVE,
      at: [T + late, 0],
    });
    vi.advanceTimersByTime(1);
    const after = page.event({ type: 'custom' });
    expect(after?.logicalMs).toBeGreaterThanOrEqual((before?.logicalMs ?? 0) + late);
  });

  it('leaves the container to the client that found it first, until that one is closed', async () => {
    shell.inject();
    const first = createHybridTransport();
    const stop = first(page.bridged);
    shell.welcome();
    const other = createPage();
    const second = createHybridTransport();
    onTestFinished(second(other.bridged));
    await other.carrier().post(id(20), BATCH, () => true);
    expect(second.health()).toMatchObject({ container: undefined, connected: false });
    expect(shell.of('hello')).toHaveLength(1);
    expect(first.health().connected).toBe(true);
    stop();
    await other.carrier().post(id(20), BATCH, () => true);
    expect(shell.of('hello')).toHaveLength(2);
  });

  it('says goodbye when the client is closed, and hears no more', () => {
    shell.inject();
    const transport = createHybridTransport();
    const stop = transport(page.bridged);
    shell.welcome();
    stop();
    expect(shell.heard.at(-1)?.type).toBe('bye');
    expect(transport.health().connected).toBe(false);
    shell.welcome();
    expect(transport.health().connected).toBe(false);
  });
});
