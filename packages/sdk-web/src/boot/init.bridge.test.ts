// @vitest-environment happy-dom
import { type BridgeIdentity, brandId } from '@tidemark/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { installFaultyIndexedDb } from '../../../../test/fixtures/faulty-indexed-db.js';
import { startClient } from '../../../../test/fixtures/page-client.js';
import { installPageCollector, type PageCollector } from '../../../../test/fixtures/page-collector.js';
import type { Feature, FeatureHost } from '../track/feature.js';

const NATIVE: BridgeIdentity = {
  visitorId: brandId('01a00000-0000-7000-8000-000000000001'),
  userId: 'u7',
  sessionId: brandId('01a00000-0000-7000-8000-000000000002'),
  sessionStartedAt: 1_790_000_000_000,
};

/** What a bridge to a native app asks of the client. */
describe('a client whose page lies in a native app', () => {
  let collector: PageCollector;
  beforeEach(() => {
    const database = installFaultyIndexedDb();
    localStorage.clear();
    collector = installPageCollector();
    return () => database.restore();
  });

  function start(options: Parameters<typeof startClient>[0] = {}) {
    let host: FeatureHost | undefined;
    const bridge: Feature = (given) => {
      host = given;
      return () => undefined;
    };
    const client = startClient({ ...options, features: [bridge] });
    if (!host) throw new Error('the feature was not started');
    return { client, host };
  }

  it("is the app's visitor, user and session from then on, and says that its own id was the same device", async () => {
    const { client, host } = start();
    client.track('before');
    const own = host.identity.read();
    host.identity.adopt(NATIVE);
    expect(host.identity.read()).toEqual(NATIVE);
    client.track('after');
    await client.flush();
    const told = collector.batches.flatMap(({ context, events }) =>
      events.map((event) => [event.type === 'custom' ? event.name : event.type, context.visitorId, context.sessionId]),
    );
    expect(told).toEqual([
      ['before', own.visitorId, own.sessionId],
      ['alias', NATIVE.visitorId, NATIVE.sessionId],
      ['after', NATIVE.visitorId, NATIVE.sessionId],
    ]);
    expect(collector.events.find(({ type }) => type === 'alias')).toMatchObject({ previousVisitorId: own.visitorId });
    expect(collector.contexts.at(-1)).toMatchObject({ userId: 'u7', sessionStartedAt: NATIVE.sessionStartedAt });
  });

  it('says it once, and stays that visitor on the pages to come', async () => {
    const first = start();
    first.host.identity.adopt(NATIVE);
    first.host.identity.adopt(NATIVE);
    await first.client.close();
    const second = start();
    expect(second.host.identity.read()).toEqual(NATIVE);
    second.host.identity.adopt(NATIVE);
    await second.client.flush();
    expect(collector.events.filter(({ type }) => type === 'alias')).toHaveLength(1);
  });

  it('does not say that two visitors of the app are one: they are not, where the app was reset between them', async () => {
    const { client, host } = start();
    host.identity.adopt(NATIVE);
    const somebodyElse = { ...NATIVE, visitorId: brandId<BridgeIdentity['visitorId']>(NATIVE.sessionId) };
    host.identity.adopt(somebodyElse);
    await client.close();
    const later = start();
    later.host.identity.adopt(NATIVE);
    await later.client.flush();
    expect(collector.events.filter(({ type }) => type === 'alias')).toHaveLength(1);
  });

  it('forgets the user when the app has none, and takes no id that is none', () => {
    const { client, host } = start();
    client.identify('u1');
    const { userId: _, ...nobody } = NATIVE;
    host.identity.adopt(nobody);
    expect(host.identity.read()).toEqual(nobody);
    expect(host.identity.adopt({ ...NATIVE, visitorId: brandId('somebody') })).toBe(false);
    expect(host.identity.adopt({ ...NATIVE, sessionId: brandId('some time') })).toBe(false);
    expect(host.identity.adopt({ ...NATIVE, sessionStartedAt: 7 })).toBe(false);
    expect(host.identity.read()).toMatchObject({ sessionId: nobody.sessionId });
  });

  it('stamps each event, and has batches carried another way', async () => {
    const { client, host } = start();
    const carried: string[] = [];
    let logicalCount = 0;
    host.atEvent(() => ({ logicalMs: NATIVE.sessionStartedAt, logicalCount: logicalCount++ }));
    host.carry((http) => ({
      ...http,
      post(batchId, json, isWanted) {
        carried.push(json);
        return http.post(batchId, json, isWanted);
      },
    }));
    client.track('a');
    client.track('b');
    await client.flush();
    expect(carried).toHaveLength(1);
    expect(collector.events).toMatchObject([
      { name: 'a', logicalMs: NATIVE.sessionStartedAt, logicalCount: 0 },
      { name: 'b', logicalMs: NATIVE.sessionStartedAt, logicalCount: 1 },
    ]);
  });

  it('claims nothing before it is known which way it goes', async () => {
    const { client, host } = start();
    let beReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      beReady = resolve;
    });
    host.carry((http) => ({ ...http, ready }));
    client.track('a');
    const flushed = client.flush();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(collector.requests).toEqual([]);
    beReady();
    await flushed;
    expect(collector.events).toMatchObject([{ name: 'a' }]);
  });

  it('tells of each decision of the visitor, and decides what the visitor decided in the app', async () => {
    const { client, host } = start({ consent: 'unknown' });
    let decisions = 0;
    host.onConsent(() => decisions++);
    host.consent.decide({ analytics: 'granted' });
    expect(client.health().consent).toBe('granted');
    client.consent({ marketing: 'denied' });
    expect(decisions).toBe(2);
    expect(host.consent.purposes()).toEqual({ analytics: 'granted', marketing: 'denied' });
    host.consent.decide({ analytics: 'denied' });
    expect(client.health().consent).toBe('denied');
  });
});
