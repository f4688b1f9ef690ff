import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlagPage } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { writeMmdb } from '../../../../test/fixtures/write-mmdb.js';

const BROWSER = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36';
const WAIT = { timeout: 60_000, interval: 50 };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Of yesterday: what is one incident lies in one day. */
const NOON = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
const SHANGHAI = '203.0.113.77';
const LONDON = '198.51.100.9';
const UNKNOWN = '192.0.2.1';

const database = writeMmdb({
  '203.0.113.0/24': {
    country: { iso_code: 'CN' },
    location: { latitude: 31.2222, longitude: 121.4581, accuracy_radius: 20 },
  },
  '198.51.100.0/24': {
    country: { iso_code: 'GB' },
    location: { latitude: 51.5142, longitude: -0.0931, accuracy_radius: 50 },
  },
});

describe('places of a database that the operator supplies', () => {
  let directory: string;
  let test: TestCollector;
  const start = async () => {
    const geoDatabase = join(directory, 'places.mmdb');
    test = await startTestCollector(join(directory, 'data'), { geoDatabase, trustProxy: 1 });
    await test.collector.storePrepared;
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-places-'));
    await writeFile(join(directory, 'places.mmdb'), database);
    await start();
  }, 120_000);
  afterAll(async () => {
    await test.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function ask(path: string, body?: object) {
    const answer = await fetch(test.collector.url + path, {
      headers: { authorization: `Bearer ${test.collector.keys.secretKey}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return answer.json();
  }
  /** One click of a user; what it says of its place itself is nobody's business. */
  function click(user: number, seq: number, address: string, minute: number) {
    const fields = { type: 'click', name: undefined, target: 'buy', props: { latitude: 1, longitude: 2 } };
    const events = [makeEvent(seq, { ...fields, occurredAt: NOON + minute * MINUTE_MS }, user)];
    const batch = makeBatch({ queue: user, events, context: { userId: `u${user}` } });
    const headers = { 'x-forwarded-for': address, 'user-agent': BROWSER };
    return deliver(test.collector.url, test.collector.keys.writeKey, batch, headers);
  }
  const flagsOf = async (user: number) =>
    ((await ask(`/v1/flags?kind=impossible_travel&entity=user:u${user}`)) as FlagPage).flags;

  it('tell of two that nobody could have travelled between, once, though the collector ends in between', async () => {
    await click(1, 1, SHANGHAI, 0);
    await click(2, 1, SHANGHAI, 0);
    await click(3, 1, SHANGHAI, 0);
    await test.collector.close();
    await start();
    await click(2, 2, UNKNOWN, 60);
    await click(3, 2, SHANGHAI, 60);
    await click(1, 2, LONDON, 60);
    await expect.poll(async () => (await flagsOf(1)).length, WAIT).toBe(1);
    const [flag] = await flagsOf(1);
    expect(flag?.reasons[0]).toEqual({
      code: 'impossible_speed',
      text: 'Seen at two places at least 9130 km apart within 60 minutes; no airliner is as fast.',
    });
    expect([...(await flagsOf(2)), ...(await flagsOf(3))]).toEqual([]);

    await click(1, 3, SHANGHAI, 80);
    await expect.poll(async () => (await flagsOf(1))[0]?.count, WAIT).toBe(2);
    expect((await flagsOf(1)).map(({ flagId }) => flagId)).toEqual([flag?.flagId]);
  }, 120_000);

  it('lie with each event, to a tenth of a degree, and go with the person', async () => {
    await test.drained();
    const [flag] = await flagsOf(1);
    const { events } = (await ask(flag?.evidence.eventsUrl ?? '')) as { events: Record<string, unknown>[] };
    const places = events.map(({ latitude, longitude, place_radius_km }) => [latitude, longitude, place_radius_km]);
    expect(places).toEqual([
      [31.2, 121.5, 20],
      [51.5, -0.1, 50],
      [31.2, 121.5, 20],
    ]);
    const { kinds } = (await ask('/v1/policy')) as { kinds: readonly { kind: string; unknown: string | null }[] };
    expect(kinds.find(({ kind }) => kind === 'impossible_travel')?.unknown).toBeNull();
    expect(await ask('/v1/privacy/erase', { subject: 'u1' })).toMatchObject({ deleted: { events: 3 } });
  });
});
