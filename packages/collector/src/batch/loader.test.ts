import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../observe/logger.js';
import type { WalRecord } from '../wal/record.js';
import type { Segment } from '../wal/segment.js';
import { createLoader, type LoadOutcome } from './loader.js';

const record = (stream: number, text: string): WalRecord => ({
  stream,
  rowCount: 1,
  note: Buffer.from(`note ${text}`),
  rows: Buffer.from(text),
});

interface BenchOptions {
  readonly damagedBytes?: number;
  readonly lingerMs?: number;
  readonly busyLingerMs?: number;
  readonly busyRows?: number;
  /** Throws to fail; called with what is loaded. May say what became of it. */
  readonly onLoad?: (rows: string) => unknown;
  readonly onBeforeRemove?: () => void;
  /** Called when the loader looked for rows and there were none. */
  readonly onNothingFound?: () => void;
}

/** A loader between a WAL in memory and a store that writes a diary. */
function createBench(options: BenchOptions = {}) {
  const diary: string[] = [];
  const contents = new Map<Segment, readonly WalRecord[]>();
  const sealed: Segment[] = [];
  let open: WalRecord[] = [];
  let number = 0;
  let loadedRows = 0;
  let failedLoads = 0;
  let refusedRows = 0;
  let keptSegments = 0;
  const seal = () => {
    if (open.length === 0) return;
    const segment = { number: ++number, path: `${number}` };
    contents.set(segment, open);
    sealed.push(segment);
    open = [];
  };
  const loader = createLoader({
    wal: {
      openRows: () => open.length,
      async seal() {
        seal();
        if (sealed.length === 0) options.onNothingFound?.();
      },
      sealed: () => sealed,
      read: async (segment) => ({
        layout: `layout ${segment.number}`,
        records: contents.get(segment) ?? [],
        damagedBytes: options.damagedBytes ?? 0,
        gaps: 0,
        goodEnd: 0,
      }),
      async setAside(segment) {
        diary.push(`set aside ${segment.number}`);
        sealed.splice(sealed.indexOf(segment), 1);
      },
      async remove(segment) {
        diary.push(`remove ${segment.number}`);
        sealed.splice(sealed.indexOf(segment), 1);
      },
    },
    async load(layout, stream, rows) {
      const text = rows.map((part) => Buffer.from(part).toString()).join(',');
      diary.push(`load ${stream} ${text}`);
      expect(layout).toBe(`layout ${sealed[0]?.number}`);
      return ((await options.onLoad?.(text)) ?? { refusedRows: 0, keep: false }) as LoadOutcome; // as the test says
    },
    async beforeRemove(records) {
      diary.push(`keep ${records.map((kept) => Buffer.from(kept.note).toString()).join(',')}`);
      options.onBeforeRemove?.();
    },
    logger: createLogger('silent'),
    metrics: {
      countLoaded: (rows) => (loadedRows += rows),
      countFailedLoad: () => failedLoads++,
      countDamaged: () => undefined,
      countRefused: (rows) => (refusedRows += rows),
      countKeptSegment: () => keptSegments++,
    },
    random: () => 0,
    lingerMs: options.lingerMs ?? 1,
    busyLingerMs: options.busyLingerMs ?? 1,
    busyRows: options.busyRows ?? Number.POSITIVE_INFINITY,
  });
  onTestFinished(() => loader.stop());
  return {
    loader,
    diary,
    loadedRows: () => loadedRows,
    failedLoads: () => failedLoads,
    refusedRows: () => refusedRows,
    keptSegments: () => keptSegments,
    append(...records: WalRecord[]) {
      open.push(...records);
      loader.nudge();
    },
    seal,
    drained: () => expect.poll(() => loader.isIdle()).toBe(true),
  };
}

async function elapsedMs(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

describe('the loader', () => {
  it('loads segments in order, each stream on its own, and keeps the notes before it removes', async () => {
    const bench = createBench();
    bench.append(record(0, 'a'), record(1, 'refused'), record(0, 'b'));
    bench.seal();
    bench.append(record(0, 'c'));
    await bench.drained();
    expect(bench.diary).toEqual([
      'load 0 a,b',
      'load 1 refused',
      'keep note a,note refused,note b',
      'remove 1',
      'load 0 c',
      'keep note c',
      'remove 2',
    ]);
    expect(bench.loadedRows()).toBe(4);
  });

  it('sends the same rows again until the store takes them', async () => {
    let failures = 2;
    const bench = createBench({
      onLoad: () => {
        if (failures-- > 0) throw new Error('store is down');
      },
    });
    bench.append(record(0, 'a'), record(0, 'b'));
    await expect.poll(() => bench.failedLoads()).toBe(1);
    bench.append(record(0, 'c')); // what comes meanwhile does not join a load that may have happened
    await bench.drained();
    expect(bench.diary.filter((line) => line.startsWith('load'))).toEqual([...Array(3).fill('load 0 a,b'), 'load 0 c']);
    expect(bench.failedLoads()).toBe(2);
    expect(bench.loadedRows()).toBe(3);
  });

  it('keeps a segment whose notes could not be kept', async () => {
    let failures = 1;
    const bench = createBench({
      onBeforeRemove: () => {
        if (failures-- > 0) throw new Error('disk is full');
      },
    });
    bench.append(record(0, 'a'));
    await bench.drained();
    expect(bench.diary).toEqual(['load 0 a', 'keep note a', 'load 0 a', 'keep note a', 'remove 1']);
  });

  it('does not lose rows that come while it works', async () => {
    const bench = createBench({ onLoad: () => new Promise((resolve) => setTimeout(resolve, 3)) });
    for (let i = 0; i < 40; i++) {
      bench.append(record(0, `${i}`));
      await new Promise((resolve) => setTimeout(resolve, i % 4));
    }
    await bench.drained();
    const loaded = bench.diary.filter((line) => line.startsWith('load')).flatMap((line) => line.slice(7).split(','));
    expect(loaded).toEqual(Array.from({ length: 40 }, (_, i) => `${i}`));
  });

  it('loads rows that come between its last look and its end, when a nudge finds it still running', async () => {
    let late = true;
    const bench = createBench({
      onNothingFound() {
        if (late) bench.append(record(0, 'late'));
        late = false;
      },
    });
    bench.append(record(0, 'a'));
    await bench.drained();
    expect(bench.diary.filter((line) => line.startsWith('load'))).toEqual(['load 0 a', 'load 0 late']);
  });

  it('lets rows wait for company', async () => {
    const bench = createBench({ lingerMs: 60 });
    for (const text of ['a', 'b', 'c']) {
      bench.append(record(0, text));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await bench.drained();
    expect(bench.diary[0]).toBe('load 0 a,b,c');
  });

  it('waits for a full segment behind a large load, and for no longer', async () => {
    const bench = createBench({ busyLingerMs: 60_000, busyRows: 2 });
    bench.append(record(0, 'a'), record(0, 'b'));
    await expect.poll(() => bench.loadedRows()).toBe(2);
    bench.append(record(0, 'c'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    bench.append(record(0, 'd'));
    expect(bench.diary).not.toContain('load 0 c');
    bench.seal(); // full
    bench.append(record(0, 'e'));
    await expect.poll(() => bench.loadedRows()).toBe(4);
    expect(bench.diary.filter((line) => line.startsWith('load'))).toEqual(['load 0 a,b', 'load 0 c,d']);
    expect(await elapsedMs(bench.loader.stop())).toBeLessThan(200);
  });

  it('stops at once in a pause, and before it began', async () => {
    const waiting = createBench({ lingerMs: 60_000 });
    waiting.append(record(0, 'a'));
    expect(await elapsedMs(waiting.loader.stop())).toBeLessThan(200);
    const pausing = createBench({
      onLoad: () => {
        throw new Error('store is down');
      },
    });
    pausing.append(record(0, 'a'));
    await expect.poll(() => pausing.failedLoads()).toBe(1);
    expect(await elapsedMs(pausing.loader.stop())).toBeLessThan(100); // the pause is 200 ms
  });

  it('stops with the load in flight, whether that succeeds or fails', async () => {
    for (const fails of [false, true]) {
      let end = () => {};
      const bench = createBench({
        lingerMs: 0,
        onLoad: () =>
          new Promise<void>((resolve, reject) => {
            end = fails ? () => reject(new Error('store is down')) : resolve;
          }),
      });
      bench.append(record(0, 'a'));
      await expect.poll(() => bench.diary.length).toBe(1);
      const stopped = bench.loader.stop();
      end();
      expect(await elapsedMs(stopped)).toBeLessThan(100);
      expect(bench.diary.includes('remove 1')).toBe(!fails);
      bench.append(record(0, 'b'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(bench.diary.join()).not.toContain('b');
    }
  });

  it('keeps the file of a damaged segment after it loaded what was good', async () => {
    const bench = createBench({ damagedBytes: 7 });
    bench.append(record(0, 'a'));
    await bench.drained();
    expect(bench.diary).toEqual(['load 0 a', 'keep note a', 'set aside 1']);
  });

  it('goes on when the store refuses rows, and keeps a segment only when they lie nowhere else', async () => {
    const bench = createBench({ onLoad: (rows) => ({ refusedRows: 1, keep: rows === 'homeless' }) });
    bench.append(record(0, 'kept'), record(0, 'good'));
    bench.seal();
    bench.append(record(0, 'homeless'));
    bench.seal();
    bench.append(record(1, 'kept'));
    await bench.drained();
    expect(bench.diary.filter((line) => /^(remove|set)/.test(line))).toEqual(['remove 1', 'set aside 2', 'remove 3']);
    expect(bench.refusedRows()).toBe(3);
    expect(bench.loadedRows()).toBe(1);
    expect(bench.keptSegments()).toBe(1);
  });
});
