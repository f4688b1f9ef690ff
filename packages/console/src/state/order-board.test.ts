import type { OrderDecision } from '@tidemark/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { modelVersionsOf } from '../../../../test/fixtures/model-versions.js';
import { orderDecisionOf } from '../../../../test/fixtures/order-decision.js';
import type { ApiOutcome, Refusal } from '../api/api-outcome.js';
import type { ModelCard } from '../api/model-answers.js';
import { createClock } from '../clock.js';
import { openOrderBoard } from './order-board.js';

function setUp() {
  const collector = {
    orders: [] as readonly OrderDecision[],
    serving: null as string | null,
    refusal: undefined as Refusal | undefined,
    isThere: true,
  };
  const cardsAsked: string[] = [];
  const refusals: Refusal[] = [];
  const eyes = { open: true };
  let asked = 0;
  const answer = <T>(value: T): ApiOutcome<T> => {
    if (!collector.isThere) return { kind: 'unreachable' };
    return collector.refusal ? { kind: 'refused', refusal: collector.refusal } : { kind: 'ok', value };
  };
  const board = openOrderBoard({
    api: {
      async orders() {
        asked++;
        return answer({ decisions: collector.orders });
      },
      models: async () => answer(modelVersionsOf({ serving: collector.serving })),
      async modelCard(version) {
        cardsAsked.push(version);
        return answer({ version } as ModelCard); // what counts of it
      },
      modelPage: async (version) => answer(`<h1>${version}</h1>`),
      explain: async () => answer({ facts: {}, reproduced: true }),
    },
    clock: createClock(),
    isVisible: () => eyes.open,
    onRefused: (refusal) => refusals.push(refusal),
  });
  return { board, collector, cardsAsked, refusals, eyes, asked: () => asked };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('openOrderBoard', () => {
  it('asks for orders again and again, and for the card of a model once', async () => {
    const { board, collector, cardsAsked } = setUp();
    await vi.advanceTimersByTimeAsync(100);
    expect(board.state.get()).toMatchObject({ orders: [], models: { serving: null }, card: undefined });
    collector.serving = 'v1';
    collector.orders = [orderDecisionOf('a')];
    await vi.advanceTimersByTimeAsync(15_000);
    expect(board.state.get()).toMatchObject({ orders: [{ decisionId: 'a' }], card: { version: 'v1' } });
    collector.serving = 'v2';
    board.soon();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(board.state.get().card?.version).toBe('v2');
    expect(cardsAsked).toEqual(['v1', 'v2']);
    board.close();
  });

  it('keeps what it has when the collector does not answer, and says so', async () => {
    const { board, collector } = setUp();
    collector.orders = [orderDecisionOf('a')];
    await vi.advanceTimersByTimeAsync(5_100);
    collector.isThere = false;
    await vi.advanceTimersByTimeAsync(5_100);
    expect(board.state.get()).toMatchObject({ orders: [{ decisionId: 'a' }], fault: 'The collector does not answer.' });
    expect(await board.explain('a')).toBe('The collector does not answer.');
    collector.isThere = true;
    await vi.advanceTimersByTimeAsync(5_100);
    expect(board.state.get().fault).toBe('');
    expect(await board.explain('a')).toEqual({ facts: {}, reproduced: true });
    board.close();
  });

  it('asks nothing while nobody looks, and gives up a key that is refused', async () => {
    const { board, collector, eyes, asked, refusals } = setUp();
    await vi.advanceTimersByTimeAsync(100);
    eyes.open = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(1);
    eyes.open = true;
    collector.refusal = { status: 401 };
    board.wake();
    await vi.advanceTimersByTimeAsync(100);
    expect(refusals).toEqual([{ status: 401 }]);
    board.close();
  });
});
