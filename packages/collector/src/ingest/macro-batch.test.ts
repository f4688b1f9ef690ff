import { serverEnvelopeSchema } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';
import { createServerEventCheck } from '../validate/check-event.js';
import { macroBatch, macroRejection } from './macro-batch.js';

const check = createServerEventCheck();
const T0 = Date.UTC(2026, 0, 20);
const ROW = {
  series: 'loan_rate_1y',
  periodAt: T0,
  knownAt: T0 + 4_500_000,
  value: 3.1,
  source: 'bank',
  country: 'CN',
};

interface Batch {
  readonly batchId: string;
  readonly events: readonly { readonly eventId: string }[];
}

function batchOf(...rows: readonly unknown[]): Batch {
  return macroBatch({ text: '', value: { rows } }).value as Batch; // as made there
}

/** What the collector says of the only row. */
function faultOf(row: unknown): { readonly reason: string; readonly field: string } | undefined {
  const verdict = check(batchOf(row).events[0]);
  if (verdict.kind === 'good') return undefined;
  const { reason, field } = macroRejection({ index: 0, eventId: '' as never, ...verdict.fault }); // of no event
  return { reason, field };
}

describe('rows of economic series', () => {
  it('are a batch of server events that the same rows make again, in whatever batch', () => {
    const batch = batchOf(ROW, { ...ROW, revision: 1 });
    expect(serverEnvelopeSchema.safeParse(batch).success).toBe(true);
    expect(batchOf(ROW, { ...ROW, revision: 1 })).toEqual(batch);
    expect(batchOf({ ...ROW, revision: 0 }).events[0]?.eventId).toBe(batch.events[0]?.eventId);
    expect(faultOf(ROW)).toBeUndefined();
    expect(batch.events[0]).toMatchObject({
      type: 'macro_point',
      occurredAt: ROW.knownAt,
      periodAt: T0,
      value: 3.1,
      revision: 0,
      props: { country: 'CN' },
    });
  });

  it('have ids of their own when anything that they say differs', () => {
    const others = [
      { series: 'x' },
      { periodAt: 1 },
      { knownAt: T0 },
      { value: 3.2 },
      { revision: 1 },
      { source: 'x' },
      { country: 'US' },
    ];
    const ids = batchOf(ROW, ...others.map((other) => ({ ...ROW, ...other }))).events.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(others.length + 1);
  });

  it.each([
    [{ knownAt: '2026-01-20' }, 'wrong_type', 'knownAt'],
    [{ knownAt: undefined }, 'missing_field', 'knownAt'],
    [{ knownAt: 1e300 }, 'out_of_range', 'knownAt'],
    [{ periodAt: 1.5 }, 'wrong_type', 'periodAt'],
    [{ value: '3.1' }, 'wrong_type', 'value'],
    [{ value: null }, 'wrong_type', 'value'],
    [{ revision: -1 }, 'out_of_range', 'revision'],
    [{ series: '' }, 'wrong_format', 'series'],
    [{ source: undefined }, 'missing_field', 'source'],
    [{ country: 'China' }, 'wrong_type', 'country'],
    [{ country: 7 }, 'wrong_type', 'country'],
  ])('are refused by the field of the row: %j', (fields, reason, field) => {
    expect(faultOf({ ...ROW, ...fields })).toEqual({ reason, field });
  });

  it.each([null, 7, 'row', [], [ROW]])('are refused one by one where they are none: %j', (row) => {
    expect(faultOf(row)).toEqual({ reason: 'not_an_object', field: '' });
  });

  it.each([null, [], 'x', {}, { rows: {} }])('are refused as a whole where there is no list of them: %j', (value) => {
    expect(() => macroBatch({ text: '', value })).toThrow(/rows: expected a list/);
  });

  it('are no fault of the collector when they are nested too deeply', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown;
    for (const row of [deep, { ...ROW, series: deep }]) {
      expect(() => batchOf(row)).toThrow(expect.objectContaining({ code: 'unreadable_body' }));
    }
  });
});
