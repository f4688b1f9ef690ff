import { expect, it } from 'vitest';
import { createOutage } from '../benchmarks/src/chaos/outage.js';

it('an answer counts when it came before the power was cut, which is known when the cut is over', async () => {
  const outage = createOutage();
  expect(await outage.isBefore(5)).toBe(true);
  let cutAt: (ms: number) => void = () => undefined;
  const begun = outage.begin(
    () =>
      new Promise((resolve) => {
        cutAt = resolve;
      }),
  );
  const asked = [99.9, 100, 130].map(outage.isBefore);
  cutAt(100);
  await begun;
  expect(await Promise.all(asked)).toEqual([true, false, false]);
  expect(await outage.isBefore(101)).toBe(false); // it has not ended yet, but its disk has
  outage.end();
  expect(await outage.isBefore(200)).toBe(true);
});
