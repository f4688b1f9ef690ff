import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { describeStoreFault, refusalOf } from './refusal.js';

const ID = 'c4f24da2-5db7-4d16-9cb1-136affbb1513';
const violated = (values: string, behind = '') =>
  `Constraint \`np\` for table t.e (${ID}) is violated at row 2. Expression: (p != 'x'). Column values: p = '${values}'${behind}. `;
const fault = (code: string, message: string, type = 'SOME_FAULT') => new ClickHouseError({ code, type, message });

describe('a fault of the store', () => {
  it('is a refusal when it lies in a value, with the row where the store names it', () => {
    expect(refusalOf(fault('469', violated('secret')))).toEqual({ fault: 'VIOLATED_CONSTRAINT', row: 1 });
    const short = 'Cannot read all data. Bytes read: 0. Bytes expected: 1: (at row 7)\n: (in file/uri /spool). ';
    expect(refusalOf(fault('33', short))).toEqual({ fault: 'CANNOT_READ_ALL_DATA', row: 6 });
    expect(refusalOf(fault('407', 'Decimal math overflow'))).toEqual({ fault: 'DECIMAL_OVERFLOW' });
  });

  it('is none when the rows may be taken later', () => {
    for (const code of ['16', '60', '159', '210', '241', '242', '243', '252', '516', '999', '1002']) {
      expect(refusalOf(fault(code, 'anything')), code).toBe(undefined);
    }
    expect(refusalOf(new Error('read ECONNRESET'))).toBe(undefined);
  });

  it('is none when a view failed, since the table has the rows by then; what a client wrote makes no such fault', () => {
    expect(refusalOf(fault('469', violated('x', `: while pushing to view t.v2 (${ID})`)))).toBe(undefined);
    expect(refusalOf(fault('407', 'Decimal math overflow: while pushing to view t.v2.'))).toBe(undefined);
    expect(refusalOf(fault('469', violated('x: while pushing to view t.v2')))).toMatchObject({ row: 1 });
    expect(refusalOf(fault('469', violated("' is violated at row 9. (at row 9)")))).toMatchObject({ row: 1 });
  });

  it('is told without the values that ClickHouse quotes', () => {
    expect(describeStoreFault(fault('469', violated('secret')))).toBe('ClickHouse fault 469 (VIOLATED_CONSTRAINT)');
    expect(describeStoreFault(fault('241', 'secret', 'MEMORY_LIMIT_EXCEEDED'))).toBe(
      'ClickHouse fault 241 (MEMORY_LIMIT_EXCEEDED)',
    );
    expect(describeStoreFault(fault('395', 'secret: while pushing to view t.v2. '))).toBe(
      'ClickHouse fault 395 (SOME_FAULT): while pushing to view t.v2.',
    );
    expect(describeStoreFault(new Error('read ECONNRESET'))).toBe('Error: read ECONNRESET');
  });
});
