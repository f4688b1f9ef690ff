import { describe, expect, it } from 'vitest';
import { type Claim, createSeenEvents, type SeenEvents, type SeenJournal } from './seen-events.js';
import { decodeNotes, type SeenNote } from './seen-note.js';

/** A journal in memory; `swell` makes it look so large that the next persist compacts. */
function createMemoryJournal() {
  let entries: Uint8Array[] = [];
  let compactions = 0;
  let extraBytes = 0;
  const journal: SeenJournal = {
    get entries() {
      return [...entries];
    },
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

const note = (...seqs: number[]): SeenNote => ({ workspaceId: 'w', queueId: 'q', permanent: false, seqs });
const claim = (seen: SeenEvents, workspaceId: string, queueId: string, seqs: readonly number[], permanent = false) =>
  seen.claim({ workspaceId, queueId, permanent }, seqs);
const isNew = ({ verdicts }: Claim) => verdicts.map((verdict) => verdict === 'new');

describe('seen events', () => {
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
    expect(bench.journal.entries).toHaveLength(1);
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
});
