import type { CandidateFlag } from '@tidemark/analytics/anomalies';
import type { RiskFlag } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { createCalibrateFlags } from './calibrate-flags.js';
import { createFlagBook } from './flag-book.js';

const AT = Date.UTC(2026, 0, 5, 10);
const DAY_MS = 86_400_000;
const candidate = (entityId: string, surprise = 5): CandidateFlag => ({
  kind: 'velocity',
  entityKind: 'user',
  entityId,
  firstMs: AT,
  lastMs: AT,
  dedupeKey: `velocity|user:${entityId}|1`,
  severity: 'low',
  surprise,
  evidence: [],
  reasons: [{ code: 'many', text: 'many' }],
  detector: 'anomalies/velocity',
  version: 1,
});

describe('the rate of false flags', () => {
  it('is unknown before 1,000 sessions, then that of the own traffic, and outlives a restart', () => {
    const first = createCalibrateFlags();
    for (let i = 0; i < 999; i++) first.countSession('shop', `s${i}`, AT);
    for (let i = 0; i < 50; i++) first.countSession('shop', 's1', AT); // the same one is one
    expect(first.tell('shop', candidate('a'), AT).reasons.at(-1)?.code).toBe('false_positive_rate_unknown');
    first.count('shop', candidate('a'), AT);
    first.countSession('shop', 's999', AT);
    const again = createCalibrateFlags(JSON.parse(JSON.stringify(first.save())));
    const told = again.tell('shop', candidate('b'), AT);
    // One was as strong before, of 1,000: (1 + 1) / (1,000 + 1).
    expect(told.evidence).toMatchObject([{ metric: 'falsePer10k', n: 1_000, expectedHigh: 5 }]);
    expect(told.evidence[0]?.observed).toBeCloseTo(20_000 / 1_001, 9);
    expect(told.reasons.at(-1)).toMatchObject({
      code: 'false_positive_rate',
      text: expect.stringContaining('workspace, 20 at most'),
    });
    expect(again.tell('another', candidate('b'), AT).reasons.at(-1)?.code).toBe('false_positive_rate_unknown');
  });

  it('comes with the place of the score among others of the kind, over the days of which enough is known', () => {
    const calibrate = createCalibrateFlags();
    for (let i = 0; i < 30; i++) {
      calibrate.count('shop', candidate('a', i < 15 ? 5 : 9), i < 19 ? AT - 3 * DAY_MS : AT);
    }
    const metrics = calibrate.tell('shop', candidate('b', 8), AT).evidence;
    expect(metrics.map(({ metric, observed, n }) => [metric, observed, n])).toEqual([
      ['percentile7d', 0.5, 30],
      ['percentile30d', 0.5, 30],
    ]);
  });

  it('is told with a new flag of the book, once an incident, and falls when flags are found to be true', () => {
    const calibrate = createCalibrateFlags();
    for (let i = 0; i < 2_000; i++) calibrate.countSession('shop', `s${i}`, AT);
    const book = createFlagBook({ collectorId: 'c', now: () => AT, calibrate });
    let ordinal = 0;
    const take = (entityId: string, surprise = 5): RiskFlag | undefined => {
      ordinal++;
      const found = { ordinal, workspaceId: 'shop', eventId: '', surface: 'h5', receivedAtMs: AT };
      return book.take('life', [{ ...found, flag: candidate(entityId, surprise) }])[0]?.row.flag;
    };
    const rateOf = (flag: RiskFlag | undefined) =>
      flag?.evidence.metrics.find(({ metric }) => metric === 'falsePer10k')?.observed;
    const first = take('a');
    expect(rateOf(first)).toBeCloseTo(10_000 / 2_001, 9);
    expect(rateOf(take('a'))).toBeCloseTo(10_000 / 2_001, 9); // counted up: the same incident
    expect(rateOf(take('a', 9))).toBeCloseTo(10_000 / 2_001, 9); // graver: none was as strong
    expect(rateOf(take('b'))).toBeCloseTo(20_000 / 2_001, 9);
    book.triage('shop', first?.flagId ?? '', { action: 'resolve' }, 'k');
    book.triage('shop', first?.flagId ?? '', { action: 'resolve' }, 'k'); // said twice, true once
    expect(rateOf(take('c'))).toBeCloseTo(20_000 / 2_001, 9);
  });
});
