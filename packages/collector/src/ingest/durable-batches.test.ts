import { describe, expect, it } from 'vitest';
import { createDurableBatches } from './durable-batches.js';

describe('createDurableBatches', () => {
  it('knows what was added, in its own workspace only', () => {
    const batches = createDurableBatches();
    batches.add('w1', 'AA');
    expect(batches.has('w1', 'aa')).toBe(true);
    expect(batches.has('w2', 'aa')).toBe(false);
    expect(batches.has('w1', 'bb')).toBe(false);
  });

  it('forgets the one that was added longest ago when there are too many', () => {
    const batches = createDurableBatches(2);
    for (const id of ['a', 'b', 'a', 'c']) batches.add('w', id);
    expect(['a', 'b', 'c'].map((id) => batches.has('w', id))).toEqual([true, false, true]);
  });
});
