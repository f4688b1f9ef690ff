import { describe, expect, it } from 'vitest';
import { createReportTurns } from './report-turns.js';

/** Work that ends when it is told to. */
function held() {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => done, end };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('report turns', () => {
  it('run so many of a workspace at once, and the others in order', async () => {
    const turns = createReportTurns(2, 2);
    const begun: number[] = [];
    const works = [held(), held(), held(), held()];
    const taken = works.map(({ work }, i) =>
      turns.take('a', () => {
        begun.push(i);
        return work();
      }),
    );
    await settled();
    expect(begun).toEqual([0, 1]);
    works[1]?.end();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    for (const { end } of works) end();
    await Promise.all(taken);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it('refuse what would wait behind too many, with when to come back, and nobody else', async () => {
    const turns = createReportTurns(1, 1);
    const one = held();
    const taken = [turns.take('a', one.work), turns.take('a', one.work)];
    await settled();
    await expect(turns.take('a', one.work)).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 2 });
    expect(await turns.take('b', async () => 'b')).toBe('b');
    one.end();
    await Promise.all(taken);
    expect(await turns.take('a', async () => 'a')).toBe('a');
  });

  it('go on after work that failed', async () => {
    const turns = createReportTurns(1, 1);
    await expect(turns.take('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.take('a', async () => 1)).toBe(1);
  });
});
