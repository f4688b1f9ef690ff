// @vitest-environment happy-dom
import type { OrderDecision } from '@tidemark/protocol';
import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import { modelVersionsOf } from '../../../../test/fixtures/model-versions.js';
import { orderDecisionOf } from '../../../../test/fixtures/order-decision.js';
import type { TimeRange } from '../state/choice.js';
import type { OrderBoard, OrderBoardState } from '../state/order-board.js';
import { createStore } from '../state/store.js';
import { OrdersPage } from './orders-page.js';

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const text = (name: string) => all(`[data-test=${name}]`)[0]?.textContent ?? '';

const learnt = { rowCount: 227, positiveCount: 137, heldOutLogLoss: 0.5125, baseLogLoss: 0.6716, trainedAtMs: 0 };
const SERVING: Partial<OrderBoardState> = {
  models: modelVersionsOf({ serving: 'v2', versions: ['v2', 'v1'] }),
  card: { version: 'v2', sides: { subscribe: { any: learnt }, sell: { any: { ...learnt, rowCount: 93 } } } },
};
const PAGE = `<!doctype html><title>Model</title><style>p{color:red}</style><h1>Model v2</h1><h3>Calibration</h3>`;

function show(
  orders: readonly OrderDecision[] | undefined,
  more: Partial<OrderBoardState> = SERVING,
  range: TimeRange = 'all',
) {
  const board: OrderBoard = {
    state: createStore<OrderBoardState>({ orders, models: undefined, card: undefined, fault: '', ...more }),
    explain: async (id) =>
      id === 'gone'
        ? 'No such decision.'
        : { facts: { hours_to_cut_off: 3.248, loan_rate: null }, reproduced: id === 'a' },
    modelPage: async (version) => ({ kind: 'ok', value: PAGE.replace('v2', version) }),
    wake: () => {},
    soon: () => {},
    close: () => {},
  };
  render(<OrdersPage board={board} range={range} now={() => 61_000} />, document.body);
}

function press(selector: string, which = 0) {
  all(selector)[which]?.click();
}

afterEach(() => {
  render(null, document.body);
});

describe('OrdersPage', () => {
  it('says why no order stands there, and what to do', () => {
    const empty = (...parameters: Parameters<typeof show>) => {
      show(...parameters);
      const said = text('empty');
      render(null, document.body);
      return said;
    };
    expect(empty(undefined, {})).toContain('Loading');
    expect(empty([], { models: modelVersionsOf() })).toContain('No model was trained yet');
    expect(empty([], { models: modelVersionsOf({ training: true }) })).toContain('is being trained');
    expect(empty([])).toContain('Place one in the shop');
    expect(empty([orderDecisionOf('a', { decidedAt: -4_000_000 })], SERVING, 'hour')).toContain('Widen the time range');
  });

  it('shows of each order what was asked, how likely it is and within what, and what costs most', () => {
    show([
      orderDecisionOf('a'),
      orderDecisionOf('b', {}, { degraded: true, degradedReason: 'The customer is not in memory yet.' }),
    ]);
    const [first, second] = all('[data-test=order]');
    for (const words of [
      'Subscription',
      'P30',
      '1,000',
      '1.0563',
      '71%',
      '52% to 86%',
      'below the market price',
      '1m',
    ]) {
      expect(first?.textContent).toContain(words);
    }
    expect(first?.textContent).not.toContain('Less is known');
    expect(second?.textContent).toContain('Less is known than usual');
    // The dot lies in the band.
    const [band, dot] = [first?.querySelector('.probability-range'), first?.querySelector('.probability-dot')];
    const [x, width, cx] = [band?.getAttribute('x'), band?.getAttribute('width'), dot?.getAttribute('cx')].map(Number);
    expect([x, width, cx].map((value) => (value ?? 0) > 0)).toEqual([true, true, true]);
    expect((x ?? 0) < (cx ?? 0) && (cx ?? 0) < (x ?? 0) + (width ?? 0)).toBe(true);
  });

  it('opens one: reasons, course, points, why less is known, and what was known when somebody asks', async () => {
    const reasons = ['The first. It costs 9 points.', 'The second. It costs 2 points.'];
    show([orderDecisionOf('a', {}, { reasons, degraded: true, degradedReason: 'The market is still being read.' })]);
    press('[data-test=order]');
    await expect.poll(() => all('[data-test=order-reason]').map((reason) => reason.textContent)).toEqual(reasons);
    expect(text('order-degraded')).toBe('The market is still being read.');
    for (const words of ['demo-1', 'S-7K3Q9FHW', '48% by 0.5 h, 60% by 1 h', '451', '24b2eeaeae32721d', '64%']) {
      expect(text('order-detail')).toContain(words);
    }
    press('[data-test=order-explain]');
    await expect.poll(() => text('order-reproduced')).toContain('says the same');
    expect(all('[data-test=order-fact]').map((row) => row.textContent)).toEqual([
      'Hours to cut off3.25',
      'Loan ratenot known',
    ]);
    press('[data-test=order-close]');
    await expect.poll(() => all('[data-test=order-detail]')).toEqual([]);
  });

  it('says when a decision cannot be told, or comes out otherwise, and when nothing speaks against an order', async () => {
    show([orderDecisionOf('gone', {}, { reasons: [] }), orderDecisionOf('other')]);
    press('[data-test=order]');
    await expect.poll(() => text('order-detail')).toContain('Nothing costs this order points');
    press('[data-test=order-explain]');
    await expect.poll(() => text('order-detail')).toContain('No such decision.');
    press('[data-test=order]', 1);
    await expect.poll(() => text('order-detail')).not.toContain('No such decision.');
    press('[data-test=order-explain]');
    await expect.poll(() => text('order-reproduced')).toContain('something else');
  });

  it('shows the model that answers, and its own page without its own style', async () => {
    show([]);
    for (const words of ['v2', '227', '60%', '0.512', '93', 'Trained 1m ago']) expect(text('model')).toContain(words);
    expect(text('model-rolling')).toBe('');
    press('[data-test=model-open]');
    await expect.poll(() => text('model-card')).toContain('Model v2');
    expect(all('[data-test=model-card] style')).toEqual([]);
    press('[data-test=model-close]');
    await expect.poll(() => all('[data-test=model-card]')).toEqual([]);
  });

  it('shows by what the model is recalibrated, who answers in the shadow, and what was last found', () => {
    const champion = {
      ...({ version: 'v2', kind: 'boosting', trainedAt: 0, isHeld: true } as const),
      recalibratedBy: { subscribe: 450, sell: 100 },
    };
    const challenger = { version: 'v1', kind: 'glassbox', trainedAt: 0 } as const;
    const models = modelVersionsOf({
      ...{ serving: 'v2', champion, challenger, newOutcomes: 12 },
      judged: { atMs: 1_000, text: 'glassbox v1 was held against boosting v2.' },
    });
    show([], { ...SERVING, models });
    for (const words of [
      ...['Somebody chose it', '450 subscriptions and 100 sales', '12 of 500', 'glassbox v1 answers in the shadow'],
      '1m ago: glassbox v1 was held',
    ]) {
      expect(text('model-rolling')).toContain(words);
    }
  });
});
