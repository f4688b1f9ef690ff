import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecords, encodeRecord } from './record.js';

const record = fc.record({
  stream: fc.integer({ min: 0, max: 255 }),
  rowCount: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  note: fc.uint8Array({ maxLength: 40 }),
  rows: fc.uint8Array({ maxLength: 80 }),
});
const bytesOf = (records: Parameters<typeof encodeRecord>[0][]) => Buffer.concat(records.flatMap(encodeRecord));

describe('records', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const decoded = decodeRecords(bytesOf(records));
        expect(decoded.map((r) => ({ ...r, note: [...r.note], rows: [...r.rows] }))).toEqual(
          records.map((r) => ({ ...r, note: [...r.note], rows: [...r.rows] })),
        );
      }),
    );
  });

  it('that are not whole are refused', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), fc.nat(), (records, at) => {
        const bytes = bytesOf(records);
        const whole = new Set<number>([0]);
        for (let i = 1; i <= records.length; i++) whole.add(bytesOf(records.slice(0, i)).length);
        const length = at % bytes.length;
        const cut = () => decodeRecords(bytes.subarray(0, length));
        if (whole.has(length)) expect(cut).not.toThrow();
        else expect(cut).toThrow(RangeError);
      }),
    );
  });
});
