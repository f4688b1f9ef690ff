import type { SeenOutcome, SuccessModel } from '@tidemark/analytics/scores';
import { describe, expect, it, vi } from 'vitest';
import { createFlagBook } from '../../pipeline/risk/flag-book.js';
import type { PlacedOutcomeRow } from '../../store/decisions/placed-outcomes.js';
import { createRollingModels } from './roll-models.js';
import type { ServingModel } from './serving-book.js';
import { beginServing, type ServingState } from './serving-state.js';
import { takeOutcomes } from './take-outcomes.js';
import { type WatchedDrift, watchDrift } from './watch-drift.js';

const AT = Date.UTC(2026, 0, 5, 2);
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const model = { version: 'v1', model: { sides: { subscribe: { any: {} }, sell: { any: {} } } } as SuccessModel }; // no portraits

/** An order each minute, each of another product and hour, that was told to go through with 0.6. */
function outcomes(count: number, any: (at: number) => 0 | 1, fromMs = AT): SeenOutcome[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ group: `P${fromMs + at} 1`, any: any(at), full: 0, said: { any: 0.6, full: 0.5 }, rivals: {} },
    told: { decidedAt: fromMs + at * MINUTE_MS, probability: 0.6, by: 'v1', steady: null },
  }));
}

const asTold = (at: number) => (at % 5 < 3 ? 1 : 0);
const stateOf = (subscribe: readonly SeenOutcome[], before = beginServing('v1', AT)): ServingState => ({
  ...before,
  outcomes: { subscribe, sell: [] },
});

const look = (state: ServingState) => watchDrift(state, model, async () => undefined);

describe('watchDrift', () => {
  it('says nothing of orders that go through as was told, nor a second time of those that do not', async () => {
    expect((await look(stateOf(outcomes(500, asTold)))).flags).toEqual([]);
    const drifted = await look(stateOf(outcomes(25, () => 0))); // a minute apart; the first adds next to nothing
    expect(drifted.flags).toMatchObject([
      {
        ...{ kind: 'drift', entityKind: 'workspace', entityId: 'model subscribe', severity: 'low' },
        ...{
          firstMs: AT + 60_000,
          reasons: [{ code: 'calibration_drift', text: expect.stringMatching(/^Of \d+ orders to /) }],
        },
        evidence: [{ metric: 'share of success', observed: 0 }],
      },
    ]);
    expect(drifted.flags[0]?.surprise).toBeGreaterThanOrEqual(Math.log(1e5));
    expect((await look(JSON.parse(JSON.stringify(drifted.state)))).flags).toEqual([]);
  });

  it('lets others have their turn before each look at the orders of a side', async () => {
    let turns = 0;
    await watchDrift(stateOf(outcomes(500, asTold)), model, async () => void turns++);
    expect(turns).toBe(4); // two sides, what is told and what is known
  });

  it('tells one drift under one key for as long as it goes on, and another under another', async () => {
    const first = outcomes(120, () => 0);
    const again = outcomes(40, () => 0, AT + 3 * DAY_MS);
    const calm = outcomes(100, asTold, AT + 10 * DAY_MS);
    const later = outcomes(40, () => 0, AT + 30 * DAY_MS);
    const one = await look(stateOf(first));
    const two = await look(stateOf([...first, ...again], one.state));
    const three = await look(stateOf([...first, ...again, ...calm, ...later], two.state));
    const keys = (watched: WatchedDrift) => new Set(watched.flags.map(({ dedupeKey }) => dedupeKey));
    expect(one.flags.length).toBeGreaterThan(1); // once each time that enough speaks for it
    expect([keys(one).size, keys(three).size]).toEqual([1, 1]);
    expect(keys(two)).toEqual(keys(one));
    expect(keys(three)).not.toEqual(keys(one));
  });
});

it('an order is looked at unless an average stood for what is steady of it', async () => {
  const facts = { price_edge: 0.5, reputation: null };
  const rows = [{}, { uncertain: ['events_10m'] }, { uncertain: ['orders_placed', 'reputation'] }].map((known, at) =>
    placed(at, JSON.stringify({ ...facts, ...known })),
  );
  const { state } = await takeOutcomes(
    beginServing('v1', AT - 1),
    rows,
    () => undefined,
    AT + DAY_MS,
    async () => {},
  );
  expect(state.outcomes.subscribe.map(({ told }) => told?.steady)).toEqual([[0.5, null], [0.5, null], null]);
});

it('a drift is raised before what spoke for it is put away, and is the same flag when that fails', async () => {
  let state = beginServing('v1', AT - 1);
  let isDiskFull = true;
  const flags = createFlagBook({ collectorId: '00000000-0000-4000-8000-000000000001', now: () => AT });
  const rows = Array.from({ length: 40 }, (_, at) => placed(at, '{}'));
  const rolling = createRollingModels({
    book: {
      serving: () => model as ServingModel, // as much as is looked at
      rival: () => undefined,
      state: () => state,
      put: async (_, next) => {
        if (isDiskFull) throw new Error('the disk is full');
        state = next;
      },
      workspaces: () => ['shop'],
    },
    readOutcomes: async (_, { decidedAt }) => rows.filter((row) => row.decidedAt > decidedAt),
    raise: async (workspaceId, found) => {
      for (const flag of found) {
        flags.takeUnlogged([{ workspaceId, eventId: '', surface: '', receivedAtMs: AT, flag }]);
        isDiskFull = flags.rows()[0]?.flag.count === 1;
      }
    },
    readOrders: async () => Promise.reject(new Error('nothing is trained')),
    shelf: { keep: async () => Promise.reject(new Error('nothing is kept')), find: async () => undefined },
    trainer: {
      train: async () => ({ kind: 'refused', reason: 'nothing is trained' }),
      judge: async () => Promise.reject(new Error('nobody is judged')),
      close: async () => undefined,
    },
    ...{ refitEvery: 0, challenger: 'none', note: async () => undefined, storeReady: () => true },
    ...{ logger: { warn: vi.fn() }, now: () => AT + DAY_MS, pace: { everyMs: 5, settledMs: 0 } },
  });
  rolling.start();
  await expect.poll(() => state.outcomes.subscribe.length).toBe(40);
  await rolling.close();
  expect(flags.rows().map(({ flag: { kind, count } }) => [kind, count])).toEqual([['drift', 2]]);
});

/** One that was told to go through with 0.6, and did not. */
function placed(at: number, facts: string): PlacedOutcomeRow {
  return {
    ...{
      decisionId: `d${at}`,
      decidedAt: AT + at * MINUTE_MS,
      side: 'subscribe',
      productId: `P${at}`,
      modelVersion: 'v1',
    },
    ...{ facts, told: 0.6, saidAny: 0.6, saidFull: 0.5, filled: 0, filledWhole: 0, ended: 1 },
  };
}
