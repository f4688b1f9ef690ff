import type { EventBatch } from '@tidemark/protocol';
import { expect, it } from 'vitest';
import { eventIdOf, openBridgePage, PAGE_ORIGIN } from '../../../../test/fixtures/bridge-page.js';
import { createManualTime } from '../../../../test/fixtures/manual-time.js';
import type { HostOptions } from './host-options.js';
import { openHost } from './open-host.js';
import { type FileAccess, openFileStorage } from './storage/file-storage.js';

/** What is on the disk, and what the collector was sent by then: `QUEUE SEQ` by event. */
interface Moment {
  readonly log: string;
  readonly taken: ReadonlyMap<string, string>;
  readonly acked: readonly string[];
}

/** One device and one collector; every moment between two writes is kept. */
function createWorld(start: Moment = { log: '', taken: new Map(), acked: [] }) {
  const time = createManualTime(1_800_000_000_000);
  const taken = new Map(start.taken);
  const acked = [...start.acked];
  const moments: Moment[] = [];
  let log = start.log;

  function write(next: string): void {
    moments.push({
      log: next.slice(0, Math.max(log.length, next.length - 7)),
      taken: new Map(taken),
      acked: [...acked],
    }); // torn
    log = next;
    moments.push({ log, taken: new Map(taken), acked: [...acked] });
  }
  const files: FileAccess = {
    read: async () => log,
    append: async (_name, text) => write(log + text),
    replace: async (_name, text) => write(text),
  };
  const collector = (async (_url: unknown, init?: RequestInit) => {
    const { batchId, context, events } = JSON.parse(String(init?.body)) as EventBatch; // of our host
    for (const { seq, eventId } of events) {
      const place = `${context.queueId} ${seq}`;
      expect(taken.get(place) ?? eventId, `two events are number ${seq} of one queue`).toBe(eventId);
      taken.set(place, eventId);
    }
    const body = { batchId, accepted: events.length, duplicate: 0, rejected: [], serverTimeMs: time.wallMs() };
    return Response.json(body, { status: 202 });
  }) as typeof fetch; // only ever called like this
  async function open(options: Partial<HostOptions> = {}) {
    return openHost({
      endpoint: 'https://collector.example',
      writeKey: 'tm_pk_test',
      origins: [PAGE_ORIGIN],
      storage: await openFileStorage(files, { deadCharsMax: 4_000 }),
      fetch: collector,
      wallMs: time.wallMs,
      monotonicMs: time.monotonicMs,
      timers: time.timers,
      ...options,
    });
  }
  return { time, moments, taken, acked, open };
}

it('loses and doubles nothing that was promised, wherever between or within two writes the process is killed', {
  timeout: 60_000,
}, async () => {
  const world = createWorld();
  const host = await world.open();
  const page = openBridgePage(host, world.time.wallMs);
  page.hello();
  for (let round = 0; round < 4; round++) {
    host.screen(`Screen ${round}`);
    page.handOver([round * 2 + 1, round * 2 + 2]);
    await world.time.advance(2_500);
    for (const { eventIds } of page.heard.filter(({ type }) => type === 'ack'))
      world.acked.push(...(eventIds as string[]));
    host.track('tracked');
    if (round % 2 === 1) await host.flush();
  }
  await host.close();
  expect(world.moments.length).toBeGreaterThan(60);

  for (const [index, moment] of world.moments.entries()) {
    const after = createWorld(moment);
    const again = await after.open();
    again.track('after the kill');
    const reloaded = openBridgePage(again, after.time.wallMs);
    Object.assign(reloaded.ids, page.ids);
    reloaded.hello();
    reloaded.handOver([1, 2, 3, 4, 5, 6, 7, 8]); // a page that heard no ack
    await after.time.advance(0);
    expect(reloaded.last('ack')?.eventIds).toHaveLength(8);
    await again.close();

    const where = `killed after write ${index}`;
    expect(again.health(), where).toMatchObject({ queued: 0, dropped: {} });
    const places = [...after.taken.keys()].map((place) => place.split(' ') as [string, string]);
    for (const eventId of moment.acked) expect([...after.taken.values()], where).toContain(eventId);
    for (const seq of [1, 2, 3, 4, 5, 6, 7, 8]) {
      expect(after.taken.get(`${page.ids.queueId} ${seq}`), where).toBe(eventIdOf(page.ids.queueId, seq));
    }
    const own = places.filter(([queueId]) => queueId !== page.ids.queueId);
    expect(new Set(own.map(([queueId]) => queueId)).size, where).toBe(1);
    const seqs = own.map(([, seq]) => Number(seq)).sort((a, b) => a - b);
    expect(seqs, where).toEqual(seqs.map((_, at) => at + 1));
    expect(new Set(after.taken.values()).size, where).toBe(after.taken.size); // no event under two numbers
  }
});
