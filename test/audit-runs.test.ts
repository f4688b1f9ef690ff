import { describe, expect, it } from 'vitest';
import { auditRun } from '../benchmarks/src/sdk/audit-runs.js';

const promised = [{ name: 'early', count: 3 }];
const late = [{ name: 'late', count: 2 }];

describe('the audit of a scenario', () => {
  it('counts a promised event without a row as lost, and a late one not', () => {
    const stored = new Map([
      ['early:0', 1],
      ['early:2', 1],
      ['late:0', 1],
    ]);
    expect(auditRun(stored, { promised, late })).toEqual({
      tracked: 5,
      stored: 3,
      lost: 1,
      duplicatedInStore: 0,
      lateStored: 1,
    });
  });

  it('counts every row of an event beyond the first, late or not', () => {
    const stored = new Map([
      ['early:0', 1],
      ['early:1', 3],
      ['early:2', 1],
      ['late:1', 2],
    ]);
    expect(auditRun(stored, { promised, late })).toMatchObject({ lost: 0, duplicatedInStore: 3 });
  });
});
