import { describe, expect, it } from 'vitest';
import type { WalRecord } from '../wal/record.js';
import type { Segment } from '../wal/segment.js';
import { createLoadTurns } from './load-turns.js';

const record = (text: string): WalRecord => ({
  stream: 0,
  rowCount: 1,
  note: Buffer.alloc(0),
  rows: Buffer.from(text),
});
const segment = (number: number): Segment => ({ number, path: `${number}` });

function createBench(...begunBefore: Segment[]) {
  const state = { others: true, lapsed: false, fails: false, underWay: false, present: false };
  const doubts: string[] = [];
  const settled: string[] = [];
  const asked: string[] = [];
  const text = (records: readonly WalRecord[]) => records.map(({ rows }) => Buffer.from(rows).toString()).join(',');
  const turns = createLoadTurns({
    circle: {
      hasOthers: () => state.others,
      async enter() {
        state.underWay = true;
        return { hasLapsed: () => state.lapsed };
      },
      settle() {
        state.underWay = false;
      },
    },
    begunBefore,
    async withoutLoaded(_layout, records) {
      asked.push(text(records));
      if (state.fails) throw new Error('away');
      return records.slice(1);
    },
    async withoutPresent(_layout, records) {
      return state.present ? { records: records.slice(1), wasBegun: true } : { records, wasBegun: false };
    },
    async settle(_layout, records) {
      settled.push(text(records));
    },
    async noteDoubt(_layout, records) {
      doubts.push(text(records));
    },
  });
  const begin = (one: Segment) => turns.begin(one, 'layout', [record('a'), record('b')]);
  return { state, doubts, settled, asked, begin, text };
}

describe('the turns of a loader among others', () => {
  it('leave out what is loaded, ask once a segment, and take the same at each attempt', async () => {
    const { begin, asked, doubts, text, state } = createBench();
    const one = segment(1);
    expect(text((await begin(one)).records)).toBe('b'); // its load fails
    expect(state.underWay).toBe(true);
    const again = await begin(one);
    expect(text(again.records)).toBe('b');
    expect(asked).toEqual(['a,b']);
    await again.end();
    expect([doubts, state.underWay]).toEqual([['b'], false]); // the failed attempt may have come through in part
    await (await begin(segment(2))).end();
    expect(doubts).toEqual(['b']);
  });

  it('take everything of a segment that an earlier process may have begun, and have it counted anew', async () => {
    const first = segment(7);
    const bench = createBench(first);
    const turn = await bench.begin(first);
    expect(bench.text(turn.records)).toBe('a,b');
    await turn.end();
    expect([bench.asked, bench.doubts]).toEqual([[], ['a,b']]);
  });

  it('have a load counted anew during which the others may have gone on', async () => {
    const { begin, doubts, state } = createBench();
    const turn = await begin(segment(1));
    state.lapsed = true;
    await turn.end();
    expect(doubts).toEqual(['b']);
  });

  it('ask and doubt nothing while there is nobody else', async () => {
    const { begin, asked, doubts, state, text } = createBench(segment(1));
    state.others = false;
    const one = segment(1);
    await begin(one);
    const again = await begin(one);
    expect(text(again.records)).toBe('a,b');
    await again.end();
    expect([asked, doubts]).toEqual([[], []]);
  });

  it('load what is missing of a segment that an earlier process had begun, and count all of it anew', async () => {
    const one = segment(1);
    const { begin, doubts, settled, state, text } = createBench(one);
    state.others = false;
    state.present = true;
    const turn = await begin(one);
    expect(text(turn.records)).toBe('b');
    expect(settled).toEqual([]);
    await turn.end();
    expect([settled, doubts]).toEqual([['a,b'], []]);
    await (await begin(segment(2))).end();
    expect(settled).toEqual(['a,b']);
  });

  it('hold nobody up when the question fails before anything was begun', async () => {
    const { begin, asked, doubts, state } = createBench();
    const one = segment(1);
    state.fails = true;
    await expect(begin(one)).rejects.toThrow('away');
    expect(state.underWay).toBe(false);
    state.fails = false;
    await (await begin(one)).end();
    expect([asked.length, doubts]).toEqual([2, []]);
  });
});
