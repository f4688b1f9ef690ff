import { DATA_BREAKS } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { sayBreak } from './data-break.js';

describe('sayBreak', () => {
  it('says what vanished with a release, and how usual it was', () => {
    expect(
      sayBreak({ kind: 'vanished', subject: 'click.variant', release: '2.0', observed: 0, expected: 0.92, count: 40 }),
    ).toBe('Release 2.0: “click.variant” vanished: on 0.0% of devices, usually on 92.0%.');
  });

  it('says by how much time the store is behind, and all else in shares', () => {
    expect(
      sayBreak({ kind: 'behind', subject: 'store', release: '', observed: 125_000, expected: 60_000, count: 1 }),
    ).toBe('The store is 2m 05s behind.');
    const others = DATA_BREAKS.filter((kind) => kind !== 'behind');
    for (const kind of others) {
      const said = sayBreak({ kind, subject: 'seq', release: '', observed: 0.125, expected: 0.01, count: 9 });
      expect(said).toMatch(/12\.5%.*1\.0%/);
    }
  });
});
