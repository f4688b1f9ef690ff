import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { createIdIndex } from './id-index.js';

describe('an index of ids', () => {
  it('gives each id its number as a map does, while it grows, forgets and gives numbers anew', () => {
    const random = seededRandom(83);
    const index = createIdIndex(Math.floor(random() * 2 ** 32));
    const model = new Map<string, number>();
    const free: number[] = [];
    let end = 0;
    for (let i = 0; i < 40_000; i++) {
      const id = `visitor-${Math.floor(9_000 * random())}`;
      const known = model.get(id) ?? -1;
      if (index.find(id) !== known) throw new Error(`${id} has number ${index.find(id)}, not ${known}`);
      if (known < 0) {
        const n = free.pop() ?? end++;
        model.set(id, n);
        index.add(id, n);
      }
      if (model.size < 3_000) continue;
      for (const [one, n] of model) {
        if (random() < 0.5) continue;
        model.delete(one);
        free.push(n);
      }
      index.keep([...model.values()]);
      if (index.find(id) !== (model.get(id) ?? -1)) throw new Error(`${id}, the last one, is found as before`);
    }
    expect(free.length).toBeGreaterThan(500);
    expect([...model].map(([id]) => index.find(id))).toEqual([...model.values()]);
    expect([...model.values()].map(index.idOf)).toEqual([...model.keys()]);
  });

  it('tells ids apart that differ by one letter, in its place, or in length, whatever the seed', () => {
    const index = createIdIndex(0);
    const letters = ['', 'a', 'b', 'ab', 'ba', 'aa', 'aaa', 'A', '\0', '\0\0', 'é', '用户', '户用'];
    const ids = letters.flatMap((one) => [one, `0123456789abcdef${one}`, `${one}0123456789abcdef`]);
    const distinct = [...new Set(ids)];
    for (const [n, id] of distinct.entries()) index.add(id, n);
    expect(distinct.map(index.find)).toEqual(distinct.map((_, n) => n));
    expect(index.find('c')).toBe(-1);
  });
});
