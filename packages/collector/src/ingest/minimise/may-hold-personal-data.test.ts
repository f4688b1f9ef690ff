import { maskPersonalData } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHoldPersonalData } from './may-hold-personal-data.js';

const FINDS = [
  'ann@a.io',
  'ann%40a.io',
  '4111 1111 1111 1111',
  '3782-822463-10005',
  '11010519491231002X',
  '110105491231002',
  '138-1234-5678',
  '+8 (12) 34.56-78',
  'GB29 NWBK 6016 1331 9268 19',
  'MT84MALT011000012345MTLCAST001S',
];

describe('the quick look', () => {
  it('overlooks nothing that would be masked', () => {
    // Pieces of what is found, and what may stand beside it, in any order.
    const piece = fc.oneof(
      fc.constantFrom(...FINDS),
      fc
        .constantFrom(...FINDS)
        .chain((find) => fc.integer({ min: 1, max: find.length }).map((end) => find.slice(0, end))),
      fc.string({ unit: fc.constantFrom(...'0123456789 -.()+@%xXAZ申/_'), maxLength: 12 }),
    );
    let found = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const text = pieces.join('');
        if (mayHoldPersonalData(text)) return;
        found++;
        expect(maskPersonalData(text)).toBe(text);
      }),
      { numRuns: 5_000 },
    );
    expect(found).toBeGreaterThan(500); // it must say no often enough to be held to it
    for (const find of FINDS) expect(maskPersonalData(find), find).toMatch(/^\[\w+\]$/);
  });

  it('passes over what pages mostly say', () => {
    const texts = [
      '/product/P30',
      'https://shop.example/product/P30?position=12',
      'Product P30: prospectus and prices, 4.25 % since 2019-01',
      '0198c0de-5555-7abc-8def-a0b0c0d0e0f0',
      '10.0.0.1:8080/a/2026',
    ];
    expect(texts.filter(mayHoldPersonalData)).toEqual([]);
  });
});
