import { describe, expect, it } from 'vitest';
import { generateSet } from '../../benchmarks/src/features/generate-events.js';
import {
  createPopulation,
  FEATURES,
  type FeatureEvent,
  featuresOf,
  measureByOracle,
  NO_ID,
  NO_POPULATION_ROWS,
  SUBJECT_KINDS,
} from '../../packages/analytics/src/features/index.js';
import { FEATURE_INPUTS, FEATURE_SQL } from '../../packages/collector/src/store/features/all-features.js';
import { SUBJECT_KINDS as PROTOCOL_KINDS } from '../../packages/protocol/src/index.js';
import { featuresPage } from '../fixtures/features-page.js';

describe('the catalog of features', () => {
  it('has at least sixty, each with a name of its own, a definition and a source', () => {
    expect(FEATURES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
    for (const { name, definition, source, subjects, windowMs } of FEATURES) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/);
      expect(definition, name).toMatch(/\.$/);
      expect(source.length, name).toBeGreaterThan(5);
      expect(new Set(subjects).size, name).toBe(subjects.length);
      expect(subjects.length, name).toBeGreaterThan(0);
      expect(windowMs, name).toBeGreaterThan(0);
    }
    for (const kind of SUBJECT_KINDS) expect(featuresOf(kind).length, kind).toBeGreaterThan(5);
    expect(SUBJECT_KINDS).toEqual(PROTOCOL_KINDS);
  });

  it('names exactly what the store has SQL for, and the lists that the store gives for the others', () => {
    const inStore = FEATURES.filter(({ computedIn }) => computedIn === 'store').map(({ name }) => name);
    expect(Object.keys(FEATURE_SQL).sort()).toEqual(inStore.sort());
    const finished = FEATURES.flatMap((one) => (one.computedIn === 'typescript' ? [[one.name, one.inputs]] : []));
    expect(FEATURE_INPUTS).toEqual(Object.fromEntries(finished));
  });

  it('is what docs/features.md says', async () => {
    await expect(featuresPage()).toMatchFileSnapshot('../../docs/features.md');
  });
});

describe('the oracles', () => {
  const context = {
    subject: 'u',
    asOfMs: Date.UTC(2026, 2, 1),
    utcOffsetMs: 0,
    population: createPopulation(NO_POPULATION_ROWS),
  };
  const [pattern] = generateSet(1).events;
  const blank = { ...(pattern as FeatureEvent), occurredAtMs: context.asOfMs - 1_000, sessionId: NO_ID }; // a set has events
  const poor: Readonly<Record<string, readonly FeatureEvent[]>> = {
    nothing: [],
    'one event': [blank],
    'a constant stream': Array.from({ length: 30 }, (_, i) => ({ ...blank, eventId: `e${i}`, type: 'page_view' })),
    'the same event again and again': new Array<FeatureEvent>(30).fill(blank),
    'times that are none': [
      { ...blank, occurredAtMs: Number.NaN },
      { ...blank, occurredAtMs: Number.POSITIVE_INFINITY },
    ],
    'negative amounts': ['order', 'order_fill', 'settlement'].map((type, i) => ({
      ...blank,
      eventId: `n${i}`,
      type,
      phase: type === 'order' ? 'placed' : 'filled',
      orderId: 'o',
      shares: -5,
      price: -1,
      amount: -1,
      productId: 'p',
      side: 'subscribe',
      currency: 'CNY',
    })),
    'amounts that are no numbers': ['order', 'order_fill', 'settlement'].map((type, i) => ({
      ...blank,
      eventId: `x${i}`,
      type,
      phase: 'placed',
      orderId: 'o',
      shares: Number.NaN,
      price: Number.POSITIVE_INFINITY,
      amount: Number.NaN,
      dwellMs: Number.NaN,
    })),
  };

  it.each(Object.entries(poor))('have a finite number or a reason for %s', (_, events) => {
    for (const kind of SUBJECT_KINDS) {
      for (const [name, measure] of measureByOracle(featuresOf(kind), events, context)) {
        if (measure.kind === 'measured') expect(Number.isFinite(measure.value), name).toBe(true);
        else expect(measure.reason, name).toMatch(/^[a-z_]+$/);
      }
    }
  });

  it('do not depend on the order of events or on copies', () => {
    const set = generateSet(4);
    const own = set.events.filter(({ userId }) => userId === 'i1');
    const measured = measureByOracle(featuresOf('user'), own, { ...context, ...set });
    expect(measureByOracle(featuresOf('user'), [...own, ...own].toReversed(), { ...context, ...set })).toEqual(
      measured,
    );
    expect(measured.get('orders_placed_90d')).toMatchObject({ kind: 'measured' });
  });

  it('name what is wrong with trades', () => {
    const negative = measureByOracle(featuresOf('user'), poor['negative amounts'] ?? [], context);
    expect(negative.get('turnover_90d')).toEqual({ kind: 'absent', reason: 'negative' });
    expect(negative.get('fill_ratio_90d')).toEqual({ kind: 'absent', reason: 'negative' });
    expect(negative.get('habit_entropy_30d')).toEqual({ kind: 'absent', reason: 'no_population' });
    const none = measureByOracle(featuresOf('user'), [], context);
    expect(new Set([...none.values()].map((one) => one.kind === 'absent' && one.reason))).toEqual(
      new Set(['no_events']),
    );
  });
});
