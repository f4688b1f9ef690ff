import { describe, expect, it } from 'vitest';
import { type Claim, createSeenEvents, type SeenEvents, type SeenJournal, type Told } from './seen-events.js';
import { decodeNotes, type SeenNote } from './seen-note.js';

/** A journal in memory; `swell` makes it look so large that the next persist compacts. */
function createMemoryJournal() {
  let entries: Uint8Array[] = [];
  let compactions = 0;
  let extraBytes = 0;
  const journal: SeenJournal = {
    takeEntries: () => [...entries],
    sizeBytes: () => extraBytes + entries.reduce((sum, entry) => sum + entry.byteLength, 0),
    async append(entry) {
      entries.push(entry);
    },
    async compact(next) {
      compactions++;
      extraBytes = 0;
      entries = [...next];
    },
  };
  return {
    journal,
    swell: () => {
      extraBytes = 1e9;
    },
    compactions: () => compactions,
    notes: () => entries.flatMap(decodeNotes),
  };
}

function createBench(nowMs = 0) {
  const memory = createMemoryJournal();
  let now = nowMs;
  const open = () => createSeenEvents({ journal: memory.journal, horizonMs: 1_000, now: () => now });
  return {
    ...memory,
    seen: open(),
    /** The next process, with nothing but the journal. */
    restart: open,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const note = (...seqs: number[]): SeenNote => ({
  workspaceId: 'w',
  queueId: 'q',
  permanent: false,
  seqs,
  rejected: [],
  drops: [],
  atMs: 0,
});
const claim = (seen: SeenEvents, workspaceId: string, queueId: string, seqs: readonly number[], permanent = false) =>
  seen.claim({ workspaceId, queueId, permanent }, seqs);
const isNew = ({ verdicts }: Claim) => verdicts.map((verdict) => verdict === 'new');

describe('seen events', () => {
  it('tell which were taken more than an hour before, after a restart as well', () => {
    const HOUR_MS = 3_600_000;
    const bench = createBench(Date.UTC(2026, 0, 5));
    const kept = (seen: SeenEvents, seqs: readonly number[]) => {
      const claimed = claim(seen, 'w', 'q', seqs);
      claimed.confirm();
      return claimed.keptUpTo;
    };
    expect(kept(bench.seen, [1, 2, 3])).toBe(0);
    expect(kept(bench.seen, [1, 2, 3])).toBe(0);
    bench.pass(2 * HOUR_MS);
    expect(kept(bench.seen, [1, 2, 3])).toBe(3);
    expect(kept(bench.seen, [3, 4, 5])).toBe(3);
    const again = bench.restart();
    again.restore({ ...note(1, 3), atMs: Date.UTC(2026, 0, 5) });
    again.restore({ ...note(4, 5), atMs: Date.UTC(2026, 0, 5, 2) });
    expect(kept(again, [2])).toBe(3);
  });

  it('knows a copy across claims, before and after the original is durable', () => {
    const { seen } = createBench();
    const first = claim(seen, 'w', 'q', [1, 2, 2, 5]);
    expect(isNew(first)).toEqual([true, true, false, true]);
    expect(first.note).toEqual(note(1, 2, 5, 5));
    expect(isNew(claim(seen, 'w', 'q', [2, 3]))).toEqual([false, true]);
    first.confirm();
    expect(isNew(claim(seen, 'w', 'q', [1, 2, 3, 4, 5]))).toEqual([false, false, false, true, false]);
  });

  it('keeps queues and workspaces apart', () => {
    const { seen } = createBench();
    claim(seen, 'w', 'q', [1]);
    expect(isNew(claim(seen, 'w', 'other', [1]))).toEqual([true]);
    expect(isNew(claim(seen, 'other', 'q', [1]))).toEqual([true]);
    expect(seen.queues()).toBe(3);
  });

  it('takes what was released as new again, and nothing else', () => {
    const { seen } = createBench();
    claim(seen, 'w', 'q', [1, 2]).confirm();
    claim(seen, 'w', 'q', [2, 3, 4]).release();
    expect(isNew(claim(seen, 'w', 'q', [1, 2, 3, 4]))).toEqual([false, false, true, true]);
  });

  it('knows after a restart what was persisted, and what a segment that is still there says', async () => {
    const bench = createBench();
    const original = claim(bench.seen, 'w', 'q', [1, 2, 3]);
    original.confirm();
    await bench.seen.persist([original.note]);
    const next = bench.restart();
    next.restore(note(7, 8));
    expect(isNew(claim(next, 'w', 'q', [1, 3, 4, 7, 8]))).toEqual([false, false, true, false, false]);
  });

  it('writes one note for the many of a segment, and none for none', async () => {
    const bench = createBench();
    await bench.seen.persist([note(1, 1), note(2, 2), note(3, 3)]);
    await bench.seen.persist([]);
    expect(bench.notes()).toEqual([note(1, 3)]);
    expect(bench.journal.takeEntries()).toHaveLength(1);
  });

  it('never writes down in a compaction what is still on its way', async () => {
    const bench = createBench();
    const durable = claim(bench.seen, 'w', 'q', [1, 2, 6]);
    durable.confirm();
    const onItsWay = claim(bench.seen, 'w', 'q', [3, 4, 5]);
    bench.swell();
    await bench.seen.persist([durable.note]);
    expect(bench.compactions()).toBe(1);
    expect(bench.notes()).toEqual([note(1, 2, 6, 6)]);
    onItsWay.release();
    expect(isNew(claim(bench.restart(), 'w', 'q', [1, 2, 3, 4, 5, 6]))).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it('forgets a queue behind the horizon, and no other', async () => {
    const bench = createBench(10_000);
    claim(bench.seen, 'w', 'old', [1]).confirm();
    const slow = claim(bench.seen, 'w', 'still on its way', [1]);
    bench.pass(1_500);
    claim(bench.seen, 'w', 'young', [1]).confirm();
    bench.swell();
    await bench.seen.persist([]);
    expect(bench.seen.queues()).toBe(2);
    expect(isNew(claim(bench.seen, 'w', 'young', [1]))).toEqual([false]);
    expect(isNew(claim(bench.seen, 'w', 'still on its way', [1]))).toEqual([false]);
    expect(isNew(claim(bench.seen, 'w', 'old', [1]))).toEqual([true]);
    slow.confirm();
  });

  it('never forgets a queue that sent history, in any later process either', async () => {
    const bench = createBench(10_000);
    const history = claim(bench.seen, 'w', 'import', [1, 2], true);
    history.confirm();
    await bench.seen.persist([history.note]);
    const next = bench.restart();
    bench.pass(1_000_000);
    bench.swell();
    await next.persist([]);
    expect(next.queues()).toBe(1);
    expect(isNew(claim(bench.restart(), 'w', 'import', [1, 2, 3]))).toEqual([false, false, true]);
  });

  it('keeps nothing of a queue of which nothing is known once its claim has ended', () => {
    const { seen } = createBench();
    for (const queueId of ['a', 'b', 'c']) claim(seen, 'w', queueId, [], queueId === 'c').confirm();
    claim(seen, 'w', 'd', [1]).release();
    expect(seen.queues()).toBe(0);
    const first = claim(seen, 'w', 'e', []);
    const second = claim(seen, 'w', 'e', [1]);
    first.confirm();
    second.confirm();
    expect(isNew(claim(seen, 'w', 'e', [1]))).toEqual([false]);
    seen.claim({ workspaceId: 'w', queueId: 'f', permanent: false }, [], { rejected: [1], drops: new Map() }).confirm();
    expect(seen.queues()).toBe(2);
  });

  it('takes a queue id for the same however its UUID is written', () => {
    const { seen } = createBench();
    claim(seen, 'w', 'AB', [1]);
    expect(isNew(claim(seen, 'w', 'ab', [1]))).toEqual([false]);
  });

  it('refuses to open more gaps than it can remember, and goes on where there are none', () => {
    const { seen } = createBench();
    const odd = Array.from({ length: 10_000 }, (_, index) => 2 * index + 1);
    expect(isNew(claim(seen, 'w', 'q', odd)).every(Boolean)).toBe(true);
    expect(claim(seen, 'w', 'q', [1, 50_001, 20_000, 2]).verdicts).toEqual(['seen', 'refused', 'new', 'new']);
    expect(claim(seen, 'w', 'another', [50_001]).verdicts).toEqual(['new']);
  });

  describe('as the books of a queue', () => {
    const told = (rejected: readonly number[], drops: readonly (readonly [number, number])[] = []): Told => ({
      rejected,
      drops: new Map(drops),
    });
    const queue = { workspaceId: 'w', queueId: 'Q', permanent: false };
    const books = (seen: SeenEvents) => seen.ledger('w', 'q');

    it('say what is durable, and nothing of what is on its way or was lost', () => {
      const { seen } = createBench(7);
      expect(books(seen)).toBeUndefined();
      const first = seen.claim(queue, [1, 2, 6], told([3], [[2, 1]]));
      expect(books(seen)).toBeUndefined();
      first.confirm();
      const balanced = { highestSeq: 6, delivered: 3, rejected: 1, dropped: 1, missing: 1, lastSeenAt: 7 };
      expect(books(seen)).toMatchObject({ ...balanced, queueId: 'q', gaps: [[4, 5]] });
      const lost = seen.claim(queue, [4, 9], told([5], [[9, 1]]));
      expect(books(seen)).toMatchObject(balanced);
      lost.release();
      expect(books(seen)).toMatchObject(balanced);
      expect(seen.ledger('w', 'other')).toBeUndefined();
      expect(seen.ledger('other', 'q')).toBeUndefined();
      expect(seen.queues()).toBe(1); // asking makes no queue
    });

    it('count a copy of a refused event once, and of an event that tells of drops once', () => {
      const { seen } = createBench();
      for (let copy = 0; copy < 3; copy++) {
        seen.claim(queue, [1, 2, 2, 9], told([3, 3, 4], [[2, 4]])).confirm();
        expect(books(seen)).toMatchObject({ delivered: 3, rejected: 2, dropped: 4, missing: 0 });
      }
      const [one, two] = [1, 2].map(() => seen.claim(queue, [10], told([], [[10, 5]])));
      two?.confirm();
      one?.confirm();
      seen.claim(queue, [20], told([])).confirm();
      expect(books(seen)).toMatchObject({ highestSeq: 20, delivered: 5, dropped: 9, missing: 4 });
    });

    it('count an event that was refused and then taken as delivered', () => {
      const { seen } = createBench();
      seen.claim(queue, [1], told([2, 3])).confirm();
      seen.claim(queue, [2], told([])).confirm();
      seen.claim(queue, [4], told([2])).confirm();
      expect(books(seen)).toMatchObject({ delivered: 3, rejected: 1, missing: 0 });
    });

    it('count an event that found no room among the gaps as refused', () => {
      const { seen } = createBench();
      const odd = Array.from({ length: 10_000 }, (_, index) => 2 * index + 1);
      seen.claim(queue, odd, told([])).confirm();
      expect(books(seen)).toMatchObject({ highestSeq: 19_999, rejected: 0, missing: 9_999 });
      seen.claim(queue, [50_001], told([])).confirm();
      expect(books(seen)).toMatchObject({ highestSeq: 50_001, rejected: 1, missing: 40_000 });
    });

    it('remember no more stretches of refused events than gaps', () => {
      const { seen } = createBench();
      const even = Array.from({ length: 12_000 }, (_, index) => 2 * index + 2);
      seen.claim(queue, [], told(even)).confirm();
      expect(books(seen)).toMatchObject({ rejected: 10_000 });
      seen.claim(queue, [], told([3])).confirm();
      expect(books(seen)).toMatchObject({ rejected: 10_001 });
    });

    it('are the same after a restart, whether a note is read once or twice, compacted or not', async () => {
      const bench = createBench(50);
      const claims = [
        bench.seen.claim(queue, [1, 2, 6], told([3], [[2, 1]])),
        bench.seen.claim(queue, [19], told([3, 8], [[19, 2]])),
      ];
      for (const claimed of claims) claimed.confirm();
      const before = books(bench.seen);
      expect(before).toMatchObject({
        highestSeq: 19,
        delivered: 4,
        rejected: 2,
        dropped: 3,
        missing: 10,
        lastSeenAt: 50,
      });
      const notes = claims.map((claimed) => claimed.note);
      await bench.seen.persist(notes);
      bench.pass(100);
      for (const compact of [false, true]) {
        if (compact) bench.swell();
        await bench.seen.persist([]);
        const next = bench.restart();
        expect(books(next)).toEqual(before);
        for (const again of notes) next.restore(again); // its segment was not deleted yet
        expect(books(next)).toEqual(before);
        next.claim(queue, [2, 20], told([3], [[2, 1]])).confirm();
        expect(books(next)).toMatchObject({ highestSeq: 20, delivered: 5, rejected: 2, dropped: 3, missing: 10 });
      }
      expect(bench.compactions()).toBe(1);
    });

    it('write down in a compaction only drops that durable events tell of', async () => {
      const bench = createBench();
      bench.seen.claim(queue, [1, 8], told([], [[8, 2]])).confirm();
      const onItsWay = bench.seen.claim(queue, [9], told([2], [[9, 3]]));
      bench.swell();
      await bench.seen.persist([]);
      expect(books(bench.restart())).toMatchObject({
        highestSeq: 8,
        delivered: 2,
        rejected: 0,
        dropped: 2,
        missing: 4,
      });
      onItsWay.confirm();
      expect(books(bench.seen)).toMatchObject({ highestSeq: 9, delivered: 3, rejected: 1, dropped: 5, missing: 0 });
    });

    it('go on from a journal of the first version', async () => {
      const bench = createBench(50);
      await bench.journal.append(Buffer.from('["w","q",[1,3,5,5],0]'));
      const seen = bench.restart();
      expect(books(seen)).toMatchObject({ highestSeq: 5, delivered: 4, rejected: 0, missing: 1, lastSeenAt: 50 });
      seen.claim(queue, [5, 6], told([4])).confirm();
      expect(books(seen)).toMatchObject({ highestSeq: 6, delivered: 5, rejected: 1, missing: 0 });
    });

    it('stay exact when a device says numbers beyond all reason', () => {
      const { seen } = createBench();
      const max = 2 ** 48 - 1;
      for (let seq = 1; seq <= 100; seq++) seen.claim(queue, [seq], told([], [[seq, 3 * max]])).confirm();
      expect(books(seen)).toMatchObject({ highestSeq: 100, delivered: 100, dropped: 0, missing: 0 });
    });
  });

  it('takes no new queue when there are as many as may be, three quarters of them of one workspace; those that are known go on', () => {
    let now = 0;
    let full = 0;
    const seen = createSeenEvents({
      journal: createMemoryJournal().journal,
      horizonMs: 100_000,
      now: () => now,
      maxQueues: 8,
      onFull: () => full++,
    });
    const take = (workspaceId: string, queueId: string, seq = 1) => claim(seen, workspaceId, queueId, [seq]).confirm();
    const busy = expect.objectContaining({ code: 'busy', retryAfterSeconds: 60 });
    for (let queue = 0; queue < 6; queue++) take('greedy', `Q${queue}`);
    expect(() => take('greedy', 'q6')).toThrow(busy);
    claim(seen, 'other', 'left at once', [1]).release();
    take('other', 'q0');
    take('other', 'q1');
    expect(() => take('other', 'q2')).toThrow(busy);
    expect([seen.queues(), full]).toEqual([8, 2]);
    now = 90_000;
    take('greedy', 'q0', 2); // known, however it is written
    now = 120_000; // the others have been silent for longer than the horizon
    take('other', 'q2');
    expect(seen.queues()).toBe(2);
    expect(full).toBe(2);
  });
});
