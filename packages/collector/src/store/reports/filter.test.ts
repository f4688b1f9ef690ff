import { describe, expect, it } from 'vitest';
import { boundValues } from './filter.js';

const year = (n: number) => Date.UTC(n, 0, 1) / 1_000;

describe('boundValues', () => {
  it('binds both ends always, in seconds', () => {
    expect(boundValues('w', {})).toMatchObject({ workspace: 'w', from: year(2000), to: year(2100) });
    expect(boundValues('w', { from: 1_767_609_000_500 })).toMatchObject({ from: 1_767_609_000.5 });
  });

  it('keeps far times within what the store can compare', () => {
    expect(boundValues('w', { from: 0, to: 999_999_999_999_999 })).toMatchObject({ from: year(2000), to: year(2100) });
  });
});
