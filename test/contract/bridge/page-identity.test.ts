// @vitest-environment happy-dom
import { type BridgeIdentity, brandId } from '@tidemark/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPageIdentity, type PageIdentity } from '../../../packages/sdk-hybrid-bridge/src/page-identity.js';
import type { FeatureHost } from '../../../packages/sdk-web/src/track/feature.js';
import { installFaultyIndexedDb } from '../../fixtures/faulty-indexed-db.js';
import { startClient } from '../../fixtures/page-client.js';
import { installPageCollector, type PageCollector } from '../../fixtures/page-collector.js';

const NATIVE: BridgeIdentity = {
  visitorId: brandId('01a00000-0000-7000-8000-000000000001'),
  userId: 'u7',
  sessionId: brandId('01a00000-0000-7000-8000-000000000002'),
  sessionStartedAt: 1_790_000_000_000,
};

describe('a page in a native app, by the client that the bridge is a feature of', () => {
  let collector: PageCollector;
  beforeEach(() => {
    const database = installFaultyIndexedDb();
    localStorage.clear();
    collector = installPageCollector();
    return () => database.restore();
  });

  function start() {
    let identity: PageIdentity | undefined;
    const bridge = (host: FeatureHost) => {
      identity = createPageIdentity(host);
      return () => undefined;
    };
    const client = startClient({ features: [bridge] });
    if (!identity) throw new Error('the feature was not started');
    return { client, identity };
  }

  it("is the app's visitor, user and session from then on, and says that its own id was the same device", async () => {
    const { client, identity } = start();
    client.track('before');
    const own = identity.read();
    identity.adopt(NATIVE);
    expect(identity.read()).toEqual(NATIVE);
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
    first.identity.adopt(NATIVE);
    first.identity.adopt(NATIVE);
    await first.client.close();
    const second = start();
    expect(second.identity.read()).toEqual(NATIVE);
    second.identity.adopt(NATIVE);
    await second.client.flush();
    expect(collector.events.filter(({ type }) => type === 'alias')).toHaveLength(1);
  });

  it('does not say that two visitors of the app are one: they are not, where the app was reset between them', async () => {
    const { client, identity } = start();
    identity.adopt(NATIVE);
    const somebodyElse = { ...NATIVE, visitorId: brandId<BridgeIdentity['visitorId']>(NATIVE.sessionId) };
    identity.adopt(somebodyElse);
    await client.close();
    const later = start();
    later.identity.adopt(NATIVE);
    await later.client.flush();
    expect(collector.events.filter(({ type }) => type === 'alias')).toHaveLength(1);
  });

  it('forgets the user when the app has none, and takes no id that is none', () => {
    const { client, identity } = start();
    client.identify('u1');
    const { userId: _, ...nobody } = NATIVE;
    identity.adopt(nobody);
    expect(identity.read()).toEqual(nobody);
    expect(identity.adopt({ ...NATIVE, visitorId: brandId('somebody') })).toBe(false);
    expect(identity.adopt({ ...NATIVE, sessionId: brandId('some time') })).toBe(false);
    expect(identity.adopt({ ...NATIVE, sessionStartedAt: 7 })).toBe(false);
    expect(identity.read()).toMatchObject({ sessionId: nobody.sessionId });
  });
});
