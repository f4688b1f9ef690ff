import { rm } from 'node:fs/promises';
import type { EventBatch, FlagPage, RiskFlag } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { startCollectorProcess } from '../../../../test/fixtures/start-collector-process.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';

const BROWSER = {
  'user-agent': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36',
};
const HOUR_MS = 3_600_000;
const WAIT = { timeout: 60_000, interval: 50 };

type Client = Pick<TestCollector['collector'], 'url' | 'keys'>;
interface FlagEvents {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly refused: readonly Readonly<Record<string, unknown>>[];
  readonly isCut: boolean;
}

const send = ({ url, keys }: Client, batch: EventBatch) => deliver(url, keys.writeKey, batch, BROWSER);

async function ask<T>({ url, keys }: Client, path: string): Promise<T> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${keys.secretKey}` } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const visitorOf = (queue: number) => makeBatch({ queue }).context.visitorId;
const flagsOf = async (client: Client, entity: string) =>
  (await ask<FlagPage>(client, `/v1/flags?entity=${entity}&limit=1000`)).flags;
const codesOf = (flags: readonly RiskFlag[]) => flags.map(({ kind, reasons }) => `${kind} ${reasons[0]?.code}`);

/** Events of just now, at the uneven pace of people, from a number on. */
function eventsOf(queue: number, firstSeq: number, count: number, more: object = {}) {
  let occurredAt = Date.now() - 120_000;
  return Array.from({ length: count }, (_, i) => {
    occurredAt += 200 + (((queue + i) * (i + 1) * 7_919) % 3_000);
    return makeEvent(firstSeq + i, { occurredAt, ...more }, queue);
  });
}

describe('what the collector leaves out of deliveries', { timeout: 120_000 }, () => {
  let test: TestCollector;
  beforeAll(async () => {
    // A collector takes its clock when it starts: from then on a test may set it forward.
    vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true, now: Date.now() });
    test = await startTestCollector();
    await test.collector.storePrepared;
  });
  afterAll(async () => {
    vi.useRealTimers();
    await test.close();
  });

  const flags = (queue: number) => flagsOf(test.collector, visitorOf(queue));
  async function eventsBehind(flag: RiskFlag | undefined): Promise<FlagEvents> {
    await test.drained();
    return ask<FlagEvents>(test.collector, flag?.evidence.eventsUrl ?? '');
  }
  /** What comes behind it was looked at after all that came before. */
  async function allLookedAt(queue: number): Promise<void> {
    const batch = makeBatch({ queue, events: eventsOf(queue, 1, 1) });
    for (let copy = 0; copy < 4; copy++) await send(test.collector, batch);
    await expect.poll(async () => codesOf(await flags(queue)), WAIT).toEqual(['data_quality duplicates']);
  }

  it('is told of a device whose events are refused for their types, with these events and why', async () => {
    const wrong = eventsOf(1, 3, 5, { name: 7 });
    await send(test.collector, makeBatch({ queue: 1, events: [...eventsOf(1, 1, 2), ...wrong] }));
    await send(test.collector, makeBatch({ queue: 2, events: eventsOf(2, 1, 4, { name: 7 }) }));
    const denied = { consent: { risk: 'denied' as const } };
    await send(test.collector, makeBatch({ queue: 3, events: eventsOf(3, 1, 9, { name: 7 }), context: denied }));
    await expect.poll(async () => codesOf(await flags(1)), WAIT).toEqual(['data_quality schema']);
    const [flag] = await flags(1);
    expect(flag).toMatchObject({ count: 1, entity: { kind: 'device', id: visitorOf(1) } });
    const { refused, isCut } = await eventsBehind(flag);
    expect(isCut).toBe(false);
    expect(refused.map(({ event_id, reason, field }) => [event_id, reason, field])).toEqual(
      wrong.map(({ eventId }) => [eventId, 'wrong_type', 'name']),
    );
    expect(JSON.parse(String(refused[0]?.raw))).toMatchObject({ seq: 3, name: 7 });
    expect([...(await flags(2)), ...(await flags(3))]).toEqual([]);
  });

  it('is told of a device that sends the same over and over, with the originals; not of one that lost an answer', async () => {
    const batch = makeBatch({ queue: 11, events: eventsOf(11, 1, 6) });
    const lost = makeBatch({ queue: 12, events: eventsOf(12, 1, 6) });
    const denied = makeBatch({ queue: 13, events: eventsOf(13, 1, 6), context: { consent: { risk: 'denied' } } });
    await send(test.collector, makeBatch({ queue: 11, events: eventsOf(11, 7, 1) })); // which is no copy
    for (let copy = 0; copy < 4; copy++) {
      for (const one of [batch, denied, ...(copy < 2 ? [lost] : [])]) await send(test.collector, one);
    }
    await expect.poll(async () => codesOf(await flags(11)), WAIT).toEqual(['data_quality duplicates']);
    const [flag] = await flags(11);
    const { events, refused } = await eventsBehind(flag);
    expect(events.map(({ event_id }) => event_id)).toEqual(batch.events.map(({ eventId }) => eventId));
    expect(refused).toEqual([]);
    expect([...(await flags(12)), ...(await flags(13))]).toEqual([]);
  });

  it('tells of the deliveries of all what was refused of them', async () => {
    const good = (queue: number) => makeBatch({ queue, events: eventsOf(queue, 1, 1) });
    for (let queue = 100; queue < 150; queue++) await send(test.collector, good(queue));
    for (let queue = 150; queue < 165; queue++) {
      await send(test.collector, makeBatch({ queue, events: eventsOf(queue, 1, 1, { name: '' }) }));
    }
    await expect.poll(async () => codesOf(await flagsOf(test.collector, 'deliveries')), WAIT).toHaveLength(1);
    const [flag] = await flagsOf(test.collector, 'deliveries');
    expect(codesOf([flag as RiskFlag])).toEqual(['data_quality refused']);
    const { refused } = await eventsBehind(flag);
    expect(refused.length).toBeGreaterThan(2);
    expect(new Set(refused.map(({ reason, field }) => `${reason} ${field}`))).toEqual(new Set(['wrong_format name']));
  });

  it('forgets who is erased', async () => {
    const { url, keys } = test.collector;
    const mistyped = makeBatch({ queue: 31, events: eventsOf(31, 2, 3, { name: 7 }) });
    const batch = makeBatch({ queue: 31, events: eventsOf(31, 1, 1) });
    for (const one of [batch, batch, mistyped]) await send(test.collector, one);
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // by then copies are written down; later ones of theirs never are
    await send(test.collector, batch);
    const erased = await fetch(`${url}/v1/privacy/erase`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.secretKey}` },
      body: JSON.stringify({ subject: visitorOf(31) }),
    });
    expect(erased.status).toBe(200);
    expect(await erased.json()).toMatchObject({ deleted: { events: 1, rejected: 3, copies: 1 } });
  });

  it('is told of a stream that comes again after hours; a laptop that wakes after two days is left alone', async () => {
    const stream = [1, 41, 81].map((seq) => makeBatch({ queue: 21, events: eventsOf(21, seq, 40) }));
    const slept = makeBatch({ queue: 22, events: eventsOf(22, 1, 50) });
    const offline = eventsOf(23, 1, 50);
    for (const batch of [...stream, slept]) await send(test.collector, batch);
    vi.setSystemTime(Date.now() + 2 * HOUR_MS);
    await send(test.collector, stream[0] as EventBatch);
    vi.setSystemTime(Date.now() + 46 * HOUR_MS);
    await send(test.collector, slept);
    // Made hours before it is sent, and sent again at once: the queue of a phone that was offline.
    for (let copy = 0; copy < 2; copy++) await send(test.collector, makeBatch({ queue: 23, events: offline }));
    for (const batch of stream) await send(test.collector, batch);
    await expect.poll(async () => codesOf(await flags(21)), WAIT).toEqual(['replayed_stream same_events']);
    const [flag] = await flags(21);
    const { events } = await eventsBehind(flag);
    expect(new Set(events.map(({ event_id }) => event_id))).toEqual(
      new Set(stream.flatMap((batch) => batch.events.map(({ eventId }) => eventId))),
    );
    await allLookedAt(24);
    expect(await flags(22)).toEqual([]);
    expect(codesOf(await flags(23))).toEqual(['data_quality late']);
  });
});

it('a collector that is killed tells of what it had left out before, once', async () => {
  const directory = await temporaryDirectory();
  const batch = makeBatch({ queue: 1, events: eventsOf(1, 1, 6) });
  const mistyped = makeBatch({ queue: 2, events: eventsOf(2, 1, 6, { name: 7 }) });
  const first = await startCollectorProcess(directory);
  for (let copy = 0; copy < 4; copy++) await send(first, batch);
  await send(first, mistyped);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // by then copies are written down
  first.kill();
  const second = await startCollectorProcess(directory);
  const told = async (client: Client) =>
    (await Promise.all([1, 2].map((queue) => flagsOf(client, visitorOf(queue))))).flat();
  await expect
    .poll(async () => codesOf(await told(second).catch(() => [])), WAIT)
    .toEqual(['data_quality duplicates', 'data_quality schema']);
  const before = await told(second);
  second.kill();
  const third = await startCollectorProcess(directory);
  await send(third, makeBatch({ queue: 3, events: eventsOf(3, 1, 6, { name: 7 }) }));
  await expect.poll(async () => codesOf(await flagsOf(third, visitorOf(3)).catch(() => [])), WAIT).toHaveLength(1);
  const tellsOf = (flags: readonly RiskFlag[]) => flags.map(({ flagId, count, position }) => [flagId, count, position]);
  expect(tellsOf(await told(third))).toEqual(tellsOf(before));
  expect(before.map(({ count }) => count)).toEqual([1, 1]);
  await third.stop();
  await rm(directory, { recursive: true, force: true });
}, 120_000);
