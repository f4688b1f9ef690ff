import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventId, TrackedEvent } from '@tidemark/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeBatch, makeEvent, T0 } from '../../../../../test/fixtures/batches.js';
import { clockworkBatch } from '../../../../../test/fixtures/clockwork-batch.js';
import { siteVisits, VISITS_START_MS } from '../../../../../test/fixtures/site-visits.js';
import { rowId } from '../../../../../test/fixtures/store-rows.js';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { nodeFileSystem } from '../../disk/file-system.js';
import { createRowEncoder, EVENTS_STREAM, REJECTED_STREAM, ROW_LAYOUTS } from '../../store/encode-rows.js';
import type { RowLayout } from '../../store/tables/column.js';
import type { BatchRow } from '../../store/tables/events.js';
import { openWal, type Wal } from '../../wal/open-wal.js';
import type { WalRecord } from '../../wal/record.js';
import { type BankPiece, createDetectorBank } from './detector-bank.js';
import { createFlagBook } from './flag-book.js';
import { openFlagLog } from './flag-log.js';
import type { PastFigures } from './read-past.js';
import { createReadRiskRow, createRiskRows, type RiskRow } from './risk-rows.js';
import { createRiskSegments, listRiskFiles } from './risk-segments.js';
import { readRiskSnapshot, writeRiskSnapshot } from './risk-snapshot.js';
import { type FoundFlag, type RunningDetectors, runDetectors } from './run-detectors.js';

const COLLECTOR = '01890000-0000-7000-8000-000000000001';
const NO_NOTE = new Uint8Array(0);
const encoder = createRowEncoder();

interface Change {
  readonly historical?: boolean;
  readonly consent?: object;
  readonly userId?: string;
  readonly client?: BatchRow['client'];
  readonly events?: readonly TrackedEvent[];
  readonly context?: Partial<BatchRow['context']>;
}

/** One batch of a device that works like a clock, as the WAL keeps it. */
function record(queue: number, change: Change = {}) {
  const { context, batchId, events: clicks } = clockworkBatch(queue);
  const events = change.events ?? (clicks as TrackedEvent[]);
  const rows = events.map((event) => ({ event, correctedAt: event.occurredAt }));
  const batch = {
    workspaceId: 'shop',
    batchId,
    context: {
      ...context,
      ...(change.consent && { consent: change.consent }),
      ...(change.userId && { userId: change.userId }),
      ...change.context,
    },
    ...(change.client && { client: change.client }),
    receivedAt: events[0]?.occurredAt ?? 0,
    clockSkewMs: 0,
    userAgent: '',
    isBot: false,
    ipPrefix: '192.0.2.0/24',
    historical: change.historical ?? false,
  };
  return { stream: EVENTS_STREAM, rowCount: rows.length, note: NO_NOTE, rows: encoder.events(batch, rows) };
}

/** What the store has of before, as the detectors' own reader would tell it. */
type Past = (each: (row: RiskRow) => void, beforeMs: number) => Promise<PastFigures>;
const nothing: Past = async () => ({ events: 0, leftOut: 0 });
const STORE = { address: { url: '', user: '', password: '' }, database: '' };

/** The same batch as rows of the store. */
function pastOf(...records: readonly { readonly rows: Uint8Array }[]): Past {
  const layout = ROW_LAYOUTS[EVENTS_STREAM] as RowLayout; // there is one of each stream
  const read = createRiskRows(layout, createReadRiskRow());
  const rows = records.flatMap((one) => read(Buffer.from(one.rows)));
  return async (each) => {
    for (const row of rows) each(row);
    return { events: rows.length, leftOut: 0 };
  };
}

/** A WAL and who reads it along, in a directory of its own; a second life of it begins where the first one was left. */
async function openLife(
  directory: string,
  deliver: (life: string, found: readonly FoundFlag[]) => Promise<void>,
  past: Past = nothing,
  clock: () => number = () => 0,
) {
  const risk = join(directory, 'risk');
  await mkdir(risk, { recursive: true });
  const firstFile = ((await listRiskFiles(risk)).at(-1) ?? 0) + 1;
  const detectors: RunningDetectors = await runDetectors({
    directory: risk,
    limits: {},
    deliver,
    now: () => 0,
    clock,
    readPast: (_, beforeMs, each) => past(each, beforeMs),
    onFault: (fault) => {
      throw new Error(fault);
    },
  });
  if (past === nothing) await detectors.learn(STORE);
  const wal: Wal = await openWal({
    directory: join(directory, 'wal'),
    fileSystem: nodeFileSystem,
    layout: JSON.stringify(ROW_LAYOUTS),
    lingerMs: 0,
    commitBytes: 1_000_000,
    segmentRows: 40,
    segmentBytes: 1_000_000,
    onRecovered: () => undefined,
    reader: createRiskSegments(risk, firstFile, detectors.advance),
  });
  return { detectors, wal, risk };
}

describe('the detectors over the WAL', () => {
  it('see each event once, in the order of the log, though its segments are loaded and gone', async () => {
    const directory = await temporaryDirectory();
    const seen: FoundFlag[] = [];
    const life = await openLife(directory, async (_, found) => void seen.push(...found));
    for (const queue of [1, 2, 3, 4]) {
      await life.wal.append([record(queue)]);
      for (const segment of [...life.wal.sealed()]) await life.wal.remove(segment); // as the loader does
    }
    await life.wal.seal();
    const figures = await life.detectors.settled();
    expect(figures.events).toBe(100);
    expect(seen.map(({ flag }) => flag.entityId)).toEqual([1, 2, 3, 4].map((n) => clockworkBatch(n).context.visitorId));
    expect(seen.map(({ ordinal }) => ordinal)).toEqual([25, 50, 75, 100]);
    expect(seen[0]).toMatchObject({
      workspaceId: 'shop',
      surface: 'h5',
      eventId: clockworkBatch(1).events[24]?.eventId,
    });
    await life.wal.close();
    await life.detectors.stop();
  });

  it('are told where the network of a batch is, and find the same again in the same log', async () => {
    const unknown = { botSignals: [], uaFamily: '', osFamily: '', deviceClass: '', country: '', region: '' };
    const at = (latitude: number, longitude: number) => ({
      userId: 'traveller',
      client: { ...unknown, point: { latitude, longitude, radiusKm: 20 } },
    });
    const batches = [at(31.2, 121.5), { userId: 'traveller', client: unknown }, at(51.5, -0.1)];
    const travelOf = async () => {
      const seen: FoundFlag[] = [];
      const life = await openLife(await temporaryDirectory(), async (_, found) => void seen.push(...found));
      for (const [i, change] of batches.entries()) await life.wal.append([record(i + 1, change)]);
      await life.detectors.settled();
      await life.wal.close();
      return seen.filter(({ flag }) => flag.kind === 'impossible_travel');
    };
    const found = await travelOf();
    expect(found.map(({ flag, eventId }) => [flag.entityId, eventId])).toEqual([
      ['traveller', clockworkBatch(3).events[0]?.eventId],
    ]);
    expect(await travelOf()).toEqual(found);
  });

  it("know a user's hand by what pages tell of it, and say when it is another's", async () => {
    const seen: FoundFlag[] = [];
    const life = await openLife(await temporaryDirectory(), async (_, found) => void seen.push(...found));
    const touching = (queue: number, tapMs: number) => {
      const rhythm = (n: number) => ({
        type: 'custom',
        name: 'touch_rhythm',
        props: { tap_ms: tapMs + (n % 3), taps: 4 },
      });
      const events = Array.from({ length: 20 }, (_, n) => makeEvent(n + 1, rhythm(n), queue));
      return record(queue, { userId: 'u', events });
    };
    await life.wal.append([touching(1, 80)]);
    await life.detectors.settled();
    expect(seen).toEqual([]);
    await life.wal.append([touching(2, 140)]);
    await life.detectors.settled();
    expect(seen.map(({ flag }) => [flag.kind, flag.entityId])).toContainEqual(['operator_change', 'u']);
    await life.wal.close();
    await life.detectors.stop();
  });

  it('look for orders just below the limit that a workspace has set, from then on', async () => {
    const seen: FoundFlag[] = [];
    const life = await openLife(await temporaryDirectory(), async (_, found) => void seen.push(...found));
    const placed = (queue: number) => {
      const order = { type: 'order', phase: 'placed', productId: 'p', side: 'subscribe', shares: 100, price: 4.6 };
      const events = [1, 2, 3].map((n) => makeEvent(n, { ...order, name: undefined, orderId: `o${n}` }, queue));
      return record(queue, { events });
    };
    const structuring = () => seen.filter(({ flag }) => flag.kind === 'structuring').map(({ flag }) => flag.entityId);
    await life.wal.append([placed(1)]);
    await life.detectors.settled();
    life.detectors.limit({ shop: 500, another: 461 });
    await life.wal.append([placed(2)]);
    await life.detectors.settled();
    expect(structuring()).toEqual([clockworkBatch(2).context.userId]);
    life.detectors.limit({ another: 461 });
    await life.wal.append([placed(3)]);
    await life.detectors.settled();
    expect(structuring()).toHaveLength(1);
    await life.wal.close();
  });

  it('are shown how events came, errors, and what was refused', async () => {
    const seen: FoundFlag[] = [];
    const life = await openLife(await temporaryDirectory(), async (_, found) => void seen.push(...found));
    const MINUTE_MS = 60_000;
    const view = (queue: number, seq: number, minute: number, type = 'page_view') => {
      const occurredAt = T0 + minute * MINUTE_MS;
      const fields = type === 'error' ? { message: 'no' } : { title: 'Home' };
      const event = makeEvent(seq, { type, name: undefined, occurredAt, viewId: rowId(queue), ...fields }, queue);
      return record(queue, { events: [event], context: { release: '2' } });
    };
    const refused = (minute: number) => {
      const rejection = { index: 0, eventId: rowId<EventId>(1), reason: 'wrong_type' as const, field: 'name' };
      const row = { workspaceId: 'shop', appId: 'shop', batchId: rowId(1), receivedAt: T0 + minute * MINUTE_MS };
      const rows = encoder.rejected([{ ...row, rejection, raw: '{}' }]);
      return { stream: REJECTED_STREAM, rowCount: 1, note: NO_NOTE, rows };
    };
    const told = async (...records: readonly WalRecord[]) => {
      seen.length = 0;
      await life.wal.append(records);
      await life.detectors.settled();
      return seen.map(({ flag, eventId }) => [flag.entityId, flag.reasons[0]?.code, eventId !== '']);
    };
    const many = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
    const { visitorId } = makeBatch({ queue: 1_000 }).context;
    expect(await told(...many(60, (i) => view(i, 1, i)), view(1_000, 1, 60))).toEqual([]);
    expect(await told(view(1_000, 30, 61), view(1_001, 1, 63))).toEqual([[visitorId, 'seq_gap', true]]);
    expect(await told(...many(8, (i) => view(i, 2, 70 + i, 'error')))).toEqual([['release 2', 'release_cliff', true]]);
    expect(await told(...many(8, (i) => refused(80 + i)))).toEqual([['deliveries', 'refused', false]]);
    await life.wal.close();
    await life.detectors.stop();
  });

  it('leave out history, and who said no to risk control', async () => {
    const seen: FoundFlag[] = [];
    const life = await openLife(await temporaryDirectory(), async (_, found) => void seen.push(...found));
    await life.wal.append([record(1, { historical: true }), record(2, { consent: { risk: 'denied' } })]);
    expect((await life.detectors.settled()).events).toBe(0);
    await life.wal.append([record(3, { consent: { risk: 'granted' } })]);
    expect((await life.detectors.settled()).events).toBe(25);
    expect(seen).toHaveLength(1);
    await life.wal.close();
  });

  it('find the same flags under the same ids when they read again after a crash, and tell each once', async () => {
    const directory = await temporaryDirectory();
    const told: string[] = [];
    const openBook = async () => {
      const log = await openFlagLog(join(directory, 'risk'), nodeFileSystem);
      const book = createFlagBook({ collectorId: COLLECTOR, now: () => 0 }, log.found?.state);
      for (const row of log.found?.rows ?? []) book.restore(row);
      const deliver = async (life: string, found: readonly FoundFlag[]) => {
        const rows = book.place(book.take(life, found).map(({ row }) => row));
        if (rows.length === 0) return;
        await log.append(book, rows);
        told.push(...rows.map(({ flag }) => flag.flagId));
      };
      return { book, deliver, log };
    };
    await mkdir(join(directory, 'risk'));
    const first = await openBook();
    const life = await openLife(directory, first.deliver);
    await life.wal.append([record(1)]);
    await life.wal.append([record(2)]);
    await life.detectors.settled();
    await life.wal.append([record(3)]);
    await life.detectors.settled();
    await first.log.close();
    // No stop, so no snapshot: everything is read again.
    const again = await openBook();
    const second = await openLife(directory, again.deliver);
    expect((await second.detectors.settled()).events).toBe(75);
    expect(told).toHaveLength(3);
    expect(new Set(told).size).toBe(3);
    expect(again.book.rows().map(({ flag }) => [flag.flagId, flag.count])).toEqual(told.map((id) => [id, 1]));
    await second.wal.append([record(4)]);
    await second.detectors.settled();
    expect(told).toHaveLength(4);
    await second.wal.seal();
    for (const segment of [...second.wal.sealed()]) await second.wal.remove(segment);
    await second.detectors.stop();
    expect((await readdir(second.risk)).filter((name) => name.endsWith('.wal'))).toEqual([]);

    // From nothing, the same log gives the same ids.
    const other = await temporaryDirectory();
    const found: FoundFlag[] = [];
    const anew = await openLife(other, async (_, some) => void found.push(...some));
    for (const queue of [1, 2, 3, 4]) await anew.wal.append([record(queue)]);
    await anew.detectors.settled();
    const book = createFlagBook({ collectorId: COLLECTOR, now: () => 0 });
    expect(book.take('another', found).map(({ row }) => row.flag.flagId)).toEqual(told);
    for (const one of [life, second, anew]) await one.wal.close();
    await again.log.close();
  });

  describe('by the clock', { timeout: 60_000 }, () => {
    const MINUTE_MS = 60_000;
    const DAY_MS = 1_440 * MINUTE_MS;
    /** A Tuesday morning, after two weeks and a day. */
    const NOW_MS = VISITS_START_MS + 15 * DAY_MS + 9 * 60 * MINUTE_MS;
    /** What a collector knows that was up all the time, as one of before it left it. */
    let known: readonly BankPiece[] = [];
    beforeAll(() => {
      const bank = createDetectorBank();
      const visits = siteVisits(3, { fromMs: 0, toMs: NOW_MS - VISITS_START_MS });
      let at = 0;
      for (let nowMs = VISITS_START_MS; nowMs <= NOW_MS; nowMs += MINUTE_MS) {
        for (let one = visits[at]; one && one.atMs < nowMs; one = visits[++at]) bank.observe('shop', one);
        bank.tick(nowMs);
      }
      known = [...bank.pieces()];
    });

    async function openKnowing(deliver: (life: string, found: readonly FoundFlag[]) => Promise<void>) {
      const directory = await temporaryDirectory();
      await mkdir(join(directory, 'risk'));
      await writeRiskSnapshot(join(directory, 'risk'), { life: 'one', file: 1, offset: 0, ordinal: 0 }, known);
      const time = { ms: NOW_MS };
      const open = () => openLife(directory, deliver, nothing, () => time.ms);
      /** The collector listens for so long, and nothing comes. */
      const listen = async (
        { detectors }: { readonly detectors: RunningDetectors },
        minutes: number,
        refused?: readonly string[],
      ) => {
        for (let i = 0; i < minutes; i++) {
          time.ms += MINUTE_MS;
          detectors.listening(refused);
          await detectors.settled();
        }
      };
      return { time, open, listen };
    }

    it('find while it lasts that nobody comes, and a process that was killed then tells the same flag, once', async () => {
      const book = createFlagBook({ collectorId: COLLECTOR, now: () => 0 });
      const told: string[] = [];
      const { open, listen } = await openKnowing(async (life, found) => {
        told.push(...book.take(life, found).map(({ row }) => row.flag.flagId));
      });
      const life = await open();
      await listen(life, 60);
      const [flag] = book.rows().map((row) => row.flag);
      expect(flag).toMatchObject({
        kind: 'funnel_break',
        entity: { kind: 'workspace', id: 'all surfaces' },
        reasons: [{ code: 'flat_line' }],
        evidence: { eventIds: [] },
        count: 1,
      });
      expect((flag?.lastAt ?? 0) - NOW_MS).toBeLessThan(40 * MINUTE_MS);
      // No stop: what it knew of the outage is in the snapshot alone.
      const again = await open();
      await listen(again, 120);
      await again.wal.append([record(1)]);
      await again.detectors.settled();
      expect(told.filter((id) => id === flag?.flagId)).toHaveLength(1);
      expect(book.rows().filter((row) => row.flag.kind === 'funnel_break')).toHaveLength(1);
      await Promise.all([life.wal.close(), again.wal.close()]);
    });

    it('call it nobody’s silence when the collector was away, did not take events, or had them yet to read', async () => {
      const found: FoundFlag[] = [];
      const { time, open, listen } = await openKnowing(async (_, some) => void found.push(...some));
      const life = await open();
      for (let i = 0; i < 20; i++) {
        await listen(life, 5);
        time.ms += 3 * MINUTE_MS;
      }
      await listen(life, 60, ['shop']);
      // Said every minute, heard all at once.
      for (let i = 0; i < 60; i++) life.detectors.listening();
      time.ms += 60 * MINUTE_MS;
      await life.detectors.settled();
      expect(found).toEqual([]);
      await listen(life, 60);
      expect(found.map(({ flag }) => flag.entityId)).toEqual(['all surfaces']);
      await life.wal.close();
    });
  });

  describe('that have lost what they knew', () => {
    const touching = (queue: number, tapMs: number) => {
      const tap = (n: number) => ({
        type: 'custom',
        name: 'touch_rhythm',
        props: { tap_ms: tapMs + (n % 3), taps: 4 },
      });
      const events = Array.from({ length: 20 }, (_, n) => makeEvent(n + 1, tap(n), queue));
      return record(queue, { userId: 'u', events });
    };
    const kindsOf = (seen: readonly FoundFlag[]) => seen.map(({ flag }) => flag.kind);

    it('wait for the past, tell nothing of it, and know from then on what is usual', async () => {
      const seen: FoundFlag[] = [];
      const past = pastOf(touching(1, 80), record(3));
      const life = await openLife(await temporaryDirectory(), async (_, found) => void seen.push(...found), past);
      await life.wal.append([touching(2, 140)]);
      expect(await life.detectors.learn(STORE)).toEqual({ events: 45, leftOut: 0 });
      expect((await life.detectors.settled()).events).toBe(20);
      expect(kindsOf(seen)).toContain('operator_change');
      expect(seen.filter(({ flag }) => flag.entityId === clockworkBatch(3).context.visitorId)).toEqual([]);
      expect(await life.detectors.learn(STORE)).toBeUndefined();
      await life.wal.close();
      await life.detectors.stop();
    });

    it('go on without while the store is away, look again when it tells, and tell each flag once, under one number', async () => {
      const directory = await temporaryDirectory();
      const seen: FoundFlag[] = [];
      const past = pastOf(touching(1, 80));
      const life = await openLife(directory, async (_, found) => void seen.push(...found), past);
      life.detectors.goOn();
      await life.wal.append([record(3)]);
      await life.detectors.settled();
      const [early] = seen;
      expect(kindsOf(seen)).toEqual(['scripted_timing']);
      await life.detectors.stop(); // and in between the collector ends
      await life.wal.close();

      const beforeMs: number[] = [];
      const second = await openLife(
        directory,
        async (_, found) => void seen.push(...found),
        (each, before) => {
          beforeMs.push(before);
          return past(each, before);
        },
      );
      second.detectors.goOn();
      await second.wal.append([touching(2, 140)]);
      await second.detectors.settled();
      expect(seen).toEqual([early, early]); // the book knows its number, and takes it once
      await second.detectors.learn(STORE);
      await second.detectors.settled();
      expect(seen[2]).toEqual(early);
      expect(kindsOf(seen.slice(3))).toEqual(['operator_change']);
      expect(beforeMs).toHaveLength(1);
      await second.wal.close();
      await second.detectors.stop();
      expect(await readRiskSnapshot(second.risk)).not.toHaveProperty('pastBeforeMs');
    });
  });

  it('forget an entity, in memory and in every file', async () => {
    const directory = await temporaryDirectory();
    const life = await openLife(directory, async () => undefined);
    await life.wal.append([record(1)]);
    await life.wal.append([record(2)]);
    await life.wal.seal();
    for (const segment of [...life.wal.sealed()]) await life.wal.remove(segment);
    const [one, two] = [clockworkBatch(1).context, clockworkBatch(2).context];
    await life.detectors.forget('shop', [one.visitorId]);
    await life.detectors.forget('shop', [one.userId ?? '']);
    const names = await readdir(life.risk);
    const texts = await Promise.all(
      names.map(async (name) => (await nodeFileSystem.read(join(life.risk, name))).toString()),
    );
    expect(texts.join()).toContain(two.visitorId);
    expect(texts.join()).not.toContain(one.visitorId);
    expect(texts.join()).not.toContain(one.userId);
    await life.wal.close();
  });
});
