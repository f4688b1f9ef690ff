import { describe, expect, it } from 'vitest';
import { createSeenEvents, type SeenJournal } from './seen-events.js';
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

const note = (...seqs: number[]): SeenNote => ({ workspaceId: 'w', queueId: 'q', seqs });

describe('seen events', () => {
  it('knows a copy across claims, before and after the original is durable', () => {
    const { seen } = createBench();
    const first = seen.claim('w', 'q', [1, 2, 2, 5]);
    expect(first.isNew).toEqual([true, true, false, true]);
    expect(first.note).toEqual(note(1, 2, 5, 5));
    expect(seen.claim('w', 'q', [2, 3]).isNew).toEqual([false, true]);
    first.confirm();
    expect(seen.claim('w', 'q', [1, 2, 3, 4, 5]).isNew).toEqual([false, false, false, true, false]);
  });

  it('keeps queues and workspaces apart', () => {
    const { seen } = createBench();
    seen.claim('w', 'q', [1]);
    expect(seen.claim('w', 'other', [1]).isNew).toEqual([true]);
    expect(seen.claim('other', 'q', [1]).isNew).toEqual([true]);
    expect(seen.queues()).toBe(3);
  });

  it('takes what was released as new again, and nothing else', () => {
    const { seen } = createBench();
    seen.claim('w', 'q', [1, 2]).confirm();
    seen.claim('w', 'q', [2, 3, 4]).release();
    expect(seen.claim('w', 'q', [1, 2, 3, 4]).isNew).toEqual([false, false, true, true]);
  });

  it('knows after a restart what was persisted, and what a segment that is still there says', async () => {
    const bench = createBench();
    const claim = bench.seen.claim('w', 'q', [1, 2, 3]);
    claim.confirm();
    await bench.seen.persist([claim.note]);
    const next = bench.restart();
    next.restore(note(7, 8));
    expect(next.claim('w', 'q', [1, 3, 4, 7, 8]).isNew).toEqual([false, false, true, false, false]);
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
    const durable = bench.seen.claim('w', 'q', [1, 2, 6]);
    durable.confirm();
    const onItsWay = bench.seen.claim('w', 'q', [3, 4, 5]);
    bench.swell();
    await bench.seen.persist([durable.note]);
    expect(bench.compactions()).toBe(1);
    expect(bench.notes()).toEqual([note(1, 2, 6, 6)]);
    onItsWay.release();
    expect(bench.restart().claim('w', 'q', [1, 2, 3, 4, 5, 6]).isNew).toEqual([false, false, true, true, true, false]);
  });

  it('forgets a queue behind the horizon, and no other', async () => {
    const bench = createBench(10_000);
    bench.seen.claim('w', 'old', [1]).confirm();
    const slow = bench.seen.claim('w', 'still on its way', [1]);
    bench.pass(1_500);
    bench.seen.claim('w', 'young', [1]).confirm();
    bench.swell();
    await bench.seen.persist([]);
    expect(bench.seen.queues()).toBe(2);
    expect(bench.seen.claim('w', 'young', [1]).isNew).toEqual([false]);
    expect(bench.seen.claim('w', 'still on its way', [1]).isNew).toEqual([false]);
    expect(bench.seen.claim('w', 'old', [1]).isNew).toEqual([true]);
    slow.confirm();
  });
});
