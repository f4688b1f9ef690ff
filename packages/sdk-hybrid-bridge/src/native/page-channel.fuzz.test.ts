import { expect, it } from 'vitest';
import { createRandom, pick as pickBy } from '../../../../benchmarks/src/load/random.js';
import { openBridgePage, PAGE_ORIGIN } from '../../../../test/fixtures/bridge-page.js';
import { createManualTime } from '../../../../test/fixtures/manual-time.js';
import { openHost } from './open-host.js';
import { parseRecord } from './queue.js';
import { createMemoryStorage } from './storage/memory-storage.js';

const SEED = 20_260_101;
const MESSAGES = 10_000;

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e300,
  '',
  'x',
  [],
  {},
  [[[[[[[[[]]]]]]]]],
  '\ud83c',
  '__proto__',
  2 ** 53,
  [1, 2],
  { v: 1 },
  'a'.repeat(5_000),
];

it(`hears 10,000 broken messages without a throw, counts each, and loses no batch in between (seed ${SEED})`, {
  timeout: 60_000,
}, async () => {
  const random = createRandom(SEED);
  const pick = <T>(values: readonly T[]): T => pickBy(random, values);
  const time = createManualTime(1_800_000_000_000);
  const storage = createMemoryStorage();
  const host = await openHost({
    endpoint: 'https://collector.example',
    writeKey: 'tm_pk_test',
    origins: [PAGE_ORIGIN],
    storage,
    wallMs: time.wallMs,
    monotonicMs: time.monotonicMs,
    timers: time.timers,
    fetch: () => new Promise(() => undefined),
  });
  const page = openBridgePage(host, time.wallMs);
  page.hello();

  /** A message that could be right, with one or a few things wrong. */
  function broken(): unknown {
    const types = ['batch', 'identity', 'view', 'ping', 'part', 'pong', 'screen', 'nonsense', 'hello'];
    const fields = {
      batch: { batchId: page.ids.queueId, v: 1, context: { ...page.ids }, events: [{ seq: 0 }] },
      of: 5,
      index: 0,
      count: 3,
      text: '{"tidemark":1',
      page: '/x',
      modules: ['a'],
      purposes: {},
      ...page.ids,
    };
    const message = JSON.parse(page.compose(pick(types), fields)) as Record<string, unknown>; // just made
    // A wrong secret at least: what would be a right message of this page is none of ours to invent.
    message.nonce = pick<unknown>(['wrong-nonce-wrong-nonce', ...ODD_VALUES]);
    if (random() < 0.5) message.nonce = page.last('welcome')?.hostNonce;
    if (random() < 0.8) message[pick(Object.keys(message))] = pick(ODD_VALUES);
    if (random() < 0.05) message.prototype = 1;
    let text = JSON.stringify(message);
    if (random() < 0.05) text = page.compose('ping');
    if (random() < 0.3) text = text.slice(0, Math.floor(random() * text.length));
    if (random() < 0.3) {
      const at = Math.floor(random() * text.length);
      text = text.slice(0, at) + pick(['{', '}', '"', '[', ',', '\\', '\u0000', '1', '__proto__']) + text.slice(at + 1);
    }
    if (random() < 0.02) return pick<unknown>([null, 5, {}, ['x'], () => text]);
    return random() < 0.01 ? '['.repeat(100_000) : text;
  }

  let seq = 0;
  let before: unknown = '';
  let said = 1; // the hello
  const handedOver: number[] = [];
  for (let i = 0; i < MESSAGES; i++) {
    const text = random() < 0.05 ? before : broken();
    before = text;
    expect(() =>
      page.channel.receive(text, random() < 0.05 ? pick(['https://evil.example', 'null']) : undefined),
    ).not.toThrow();
    said++;
    if (i % 100 === 50) {
      page.handOver([++seq]);
      handedOver.push(seq);
      said++;
    }
    if (i % 1_000 === 0) await time.advance(1);
  }
  await time.advance(1);

  const { heard, refused, dropped } = host.health();
  expect(dropped).toEqual({});
  expect(heard + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(said);
  expect(Object.keys(refused).sort()).toEqual(
    [
      'bad_part',
      'deep',
      'duplicate',
      'foreign',
      'foreign_origin',
      'malformed',
      'not_text',
      'polluted',
      'unreadable',
      'wrong_nonce',
    ].sort(),
  );
  const records = (await storage.read(0, MESSAGES)).map(({ key, text }) => parseRecord(key, text));
  expect(records.filter(({ context }) => context.queueId === page.ids.queueId).map(({ event }) => event.seq)).toEqual(
    handedOver,
  );
  expect(page.heard.filter(({ type }) => type === 'ack')).toHaveLength(handedOver.length);
});
