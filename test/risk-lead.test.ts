import { describe, expect, it } from 'vitest';
import { crowdLeads, leadFigures } from '../benchmarks/src/risk/crowd-lead.js';
import type { CandidateFlag, RiskEvent } from '../packages/analytics/src/anomalies/index.js';
import type { AnomalyTruth } from '../packages/analytics/src/simulator/index.js';
import type { EpochMs } from '../packages/protocol/src/index.js';

const MINUTE_MS = 60_000;
const UNTIL_MS = 105 * MINUTE_MS;
const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const surge: AnomalyTruth = {
  kind: 'herding_surge',
  from: 0 as EpochMs,
  to: (45 * MINUTE_MS) as EpochMs,
  productId: 'f1',
  userIds: PEOPLE,
};
function subscription(minute: number, userId: string, productId = 'f1', side: 'subscribe' | 'sell' = 'subscribe') {
  const order = { productId, side, amount: 100 };
  return { atMs: minute * MINUTE_MS, action: 'order', userId, deviceId: '', address: '', order } satisfies RiskEvent;
}
/** Half of them order within two minutes around the twentieth. */
const orders = [2, 10, 19, 19.5, 20, 21, 30, 40].map((minute, i) => subscription(minute, PEOPLE[i] ?? ''));
function told(minute: number, ...codes: string[]): CandidateFlag {
  return {
    kind: 'herding_surge',
    entityKind: 'product',
    entityId: 'f1',
    firstMs: 0,
    lastMs: minute * MINUTE_MS,
    dedupeKey: String(minute),
    severity: 'medium',
    surprise: 20,
    evidence: [],
    reasons: codes.map((code) => ({ code, text: '.' })),
    detector: 'anomalies/herding_surge',
    version: 1,
  };
}

describe('the lead of an alarm about a crowd', () => {
  it('is the time from the first flag to the middle of the busiest five minutes, and to the end of the case', () => {
    const { herding_surge: lead } = crowdLeads(surge, [told(22), told(10.5)], orders, UNTIL_MS);
    expect(lead).toEqual({ beforePeakMs: 9.5 * MINUTE_MS, beforeEndMs: 34.5 * MINUTE_MS, ordersToCome: 6 / 8 });
  });

  it('is reckoned to the first of several peaks', () => {
    const twice = [10, 11, 30, 31].map((minute, i) => subscription(minute, PEOPLE[i] ?? ''));
    expect(crowdLeads(surge, [told(10)], twice, UNTIL_MS).herding_surge?.beforePeakMs).toBe(0.5 * MINUTE_MS);
  });

  it('is negative when the peak is over, and no order need be left', () => {
    const { herding_surge: lead } = crowdLeads(surge, [told(50)], orders, UNTIL_MS);
    expect(lead).toEqual({ beforePeakMs: -30 * MINUTE_MS, beforeEndMs: -5 * MINUTE_MS, ordersToCome: 0 });
  });

  it('of blind following counts from the first flag that gives it as a reason', () => {
    const leads = crowdLeads(surge, [told(10), told(16, 'many_customers', 'blind_following')], orders, UNTIL_MS);
    expect(leads.herding_surge?.beforePeakMs).toBe(10 * MINUTE_MS);
    expect(leads.blind_following?.beforePeakMs).toBe(4 * MINUTE_MS);
    expect(crowdLeads(surge, [told(10)], orders, UNTIL_MS).blind_following).toBeUndefined();
  });

  it('knows the orders of the case from those of strangers, other products, the other side and other times', () => {
    const lead = crowdLeads(surge, [told(10)], orders, UNTIL_MS);
    const others = [
      ...PEOPLE.flatMap((who) => [subscription(5, who, 'f2'), subscription(5, who, 'f1', 'sell')]),
      ...PEOPLE.flatMap((who) => [subscription(-1, who), subscription(106, who), subscription(5, `not-${who}`)]),
    ];
    expect(crowdLeads(surge, [told(10)], [...others, ...orders], UNTIL_MS)).toEqual(lead);
  });

  it('of a rush is reckoned from its sales; of what is no crowd there is none', () => {
    const sales = orders.map((one) => ({ ...one, order: { ...one.order, side: 'sell' as const } }));
    const rush = { ...surge, kind: 'sale_rush' } as const;
    expect(crowdLeads(rush, [told(10)], [...orders.slice(0, 1), ...sales], UNTIL_MS)).toEqual({
      sale_rush: { beforePeakMs: 10 * MINUTE_MS, beforeEndMs: 35 * MINUTE_MS, ordersToCome: 6 / 8 },
    });
    expect(crowdLeads({ ...surge, kind: 'bot' }, [told(10)], orders, UNTIL_MS)).toEqual({});
    expect(crowdLeads(surge, [told(10)], [], UNTIL_MS)).toEqual({});
  });

  it('is told as its median, and as what 95 of 100 cases have at the least', () => {
    const leads = Array.from({ length: 101 }, (_, i) => ({
      beforePeakMs: i,
      beforeEndMs: 2 * i,
      ordersToCome: i / 100,
    }));
    expect(leadFigures(leads)).toEqual({
      leadMs: { beforePeak: { median: 50, p5: 5 }, beforeEnd: { median: 100, p5: 10 } },
      ordersToCome: { median: 0.5, p5: 0.05 },
    });
    expect(leadFigures([])).toEqual({ leadMs: null, ordersToCome: null });
  });
});
