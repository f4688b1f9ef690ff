import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisectRows, type RowRefusal } from './bisect-rows.js';
import { createLoadDecisions } from './load-decisions.js';

/** The process ends here. */
class Killed extends Error {}

/** A store that knows its last loads again by their stretch, as a table knows tokens, and a disk that keeps decisions. */
function createBench(rowCount: number, bad: ReadonlySet<number>, hints: boolean) {
  const journal: Buffer[] = [];
  const rows: number[] = [];
  const tokens = new Set<string>();
  let loads = 0;
  let lifeLeft = Number.POSITIVE_INFINITY;
  let refusing = bad;

  function live(): void {
    if (lifeLeft-- <= 0) throw new Killed();
  }

  async function load(from: number, to: number): Promise<RowRefusal | undefined> {
    live();
    loads++;
    const fault = Array.from({ length: to - from }, (_, i) => from + i).find((row) => refusing.has(row));
    if (fault !== undefined) return hints ? { row: fault - from } : {};
    if (!tokens.has(`${from} ${to}`)) for (let row = from; row < to; row++) rows.push(row);
    tokens.add(`${from} ${to}`);
    live(); // the answer is lost with the process
    return undefined;
  }

  return {
    rows,
    loads: () => loads,
    mend() {
      refusing = new Set();
    },
    /** One life of the process. */
    async run(steps = Number.POSITIVE_INFINITY) {
      lifeLeft = steps;
      const decisions = createLoadDecisions<RowRefusal>({
        takeEntries: () => [...journal],
        async append(entry) {
          live();
          journal.push(Buffer.from(entry));
          live();
        },
        async compact() {
          journal.length = 0;
        },
      });
      return bisectRows<RowRefusal>({
        rowCount,
        load,
        decided: (from, to) => decisions.decided('load', from, to),
        decide: (from, to, decision) => decisions.decide('load', from, to, decision),
      });
    },
  };
}

const good = (rowCount: number, bad: ReadonlySet<number>) =>
  Array.from({ length: rowCount }, (_, row) => row).filter((row) => !bad.has(row));

describe('bisecting a load that is refused', () => {
  it('finds one bad row among 20,000 in few loads: five when the store says which it is', async () => {
    for (const [hints, most] of [
      [true, 5],
      [false, 31],
    ] as const) {
      const bench = createBench(20_000, new Set([7_777]), hints);
      expect((await bench.run()).map(({ row }) => row)).toEqual([7_777]);
      expect(bench.rows).toHaveLength(19_999);
      expect(bench.loads()).toBeLessThanOrEqual(most);
    }
  });

  it('needs no more than a few loads a row when all are bad, and is not led astray by wrong hints', async () => {
    const all = new Set(Array.from({ length: 500 }, (_, row) => row));
    const bench = createBench(500, all, true);
    expect(await bench.run()).toHaveLength(500);
    expect(bench.loads()).toBeLessThan(1_100);
    const loaded: number[] = [];
    const refused = await bisectRows<RowRefusal>({
      rowCount: 50,
      load: async (from, to) => {
        if (from <= 33 && 33 < to) return { row: 0 };
        for (let row = from; row < to; row++) loaded.push(row);
        return undefined;
      },
      decided: () => undefined,
      decide: async () => undefined,
    });
    expect(refused.map(({ row }) => row)).toEqual([33]);
    expect(loaded).toEqual(good(50, new Set([33])));
  });

  it('takes every good row once and finds every bad one, however often it is killed', async () => {
    const stretch = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(
        stretch,
        fc.array(fc.nat(39), { maxLength: 8 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 30 }),
        async (rowCount, faults, hints, lives) => {
          const bad = new Set(faults.map((row) => row % rowCount));
          const bench = createBench(rowCount, bad, hints);
          for (const steps of lives) await bench.run(steps).catch(onlyKilled);
          const refused = await bench.run();
          expect(refused.map(({ row }) => row)).toEqual([...bad].sort((a, b) => a - b));
          expect([...bench.rows].sort((a, b) => a - b)).toEqual(good(rowCount, bad));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes no row twice when the store is mended between two lives', async () => {
    for (let steps = 1; steps < 60; steps++) {
      const bench = createBench(16, new Set([3, 11]), false);
      await bench.run(steps).catch(onlyKilled);
      bench.mend();
      const refused = await bench.run();
      const all = [...bench.rows, ...refused.map(({ row }) => row)].sort((a, b) => a - b);
      expect(all, `killed after ${steps} steps`).toEqual(good(16, new Set()));
    }
  });
});

function onlyKilled(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}
