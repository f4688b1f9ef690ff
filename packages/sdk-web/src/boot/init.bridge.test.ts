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
