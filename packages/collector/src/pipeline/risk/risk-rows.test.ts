import { readFileSync } from 'node:fs';
import type { TrackedEvent, ViewId } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { makeBatch, makeEvent, T0 } from '../../../../../test/fixtures/batches.js';
import { EVENTS_LAYOUT, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from '../../store/encode-rows.js';
import { createReadRiskRow, createRiskRows } from './risk-rows.js';

const encoder = createRowEncoder();
const UNKNOWN = { botSignals: [], uaFamily: '', osFamily: '', deviceClass: '', country: '', region: '' };

/** What the detectors are shown of one batch, by way of the bytes in which it lies in the log. */
function shown(events: readonly object[], client: object = {}, isBot = false) {
  const { batchId, context } = makeBatch();
  const tracked = events.map((event, i) => makeEvent(i + 1, { name: undefined, ...event }));
  const rows = tracked.map((event: TrackedEvent) => ({ event, correctedAt: event.occurredAt }));
  const batch = {
    workspaceId: 'shop',
    batchId,
    context,
    receivedAt: T0,
    clockSkewMs: 90_000,
    userAgent: '',
    isBot,
    client: { ...UNKNOWN, ...client },
    ipPrefix: '192.0.2.0/24',
    historical: false,
  };
  return createRiskRows(
    EVENTS_LAYOUT,
    createReadRiskRow(),
  )(Buffer.from(encoder.events(batch, rows))).map(({ event }) => event);
}

describe('what the detectors are shown of a row', () => {
  it('is the act that it stands for, and of what nobody did that it came', () => {
    const acts = [
      { type: 'identify', userId: 'u1' },
      { type: 'custom', name: 'login_failed' },
      { type: 'custom', name: 'payout_account_changed' },
      { type: 'custom', name: 'anything' },
      { type: 'click', target: 'buy' },
      { type: 'view_end', dwellMs: 5 },
      { type: 'web_vital', metric: 'LCP', value: 1 },
    ];
    expect(shown(acts).map(({ action }) => action)).toEqual([
      'login',
      'login_failed',
      'sensitive',
      'interaction',
      'interaction',
      'passive',
      'passive',
    ]);
    const order = { type: 'order', orderId: 'o', productId: 'p', side: 'sell', shares: 20, price: 1.5 };
    const orders = shown(['intent', 'placed', 'cancelled'].map((phase) => ({ ...order, phase })));
    expect(orders.map((one) => [one.action, one.step, one.order])).toEqual([
      ['interaction', 'begun', undefined],
      ['order', undefined, { productId: 'p', side: 'sell', amount: 30 }],
      ['order_cancelled', undefined, { productId: 'p', side: 'sell', amount: 30 }],
    ]);
  });

  it('has the same fields in the same order whatever it stands for', () => {
    const order = {
      type: 'order',
      phase: 'placed',
      orderId: 'o',
      productId: 'p',
      side: 'sell',
      shares: 20,
      price: 1.5,
    };
    const rhythm = { type: 'custom', name: 'touch_rhythm', props: { tap_ms: 83.2, taps: 4 } };
    const events = shown([order, rhythm, { type: 'click', target: 'buy' }, { type: 'page_view' }, { type: 'error' }]);
    expect(events).toHaveLength(5);
    expect(new Set(events.map((one) => Object.keys(one).join())).size).toBe(1);
  });

  it('says what makes the sender look like a program, the plainest sign of it', () => {
    const click = [{ type: 'click', target: 'buy' }];
    const signOf = (botSignals: readonly string[], isBot = false) => shown(click, { botSignals }, isBot)[0]?.automation;
    expect(signOf(['headless_agent', 'webdriver'], true)).toBe('webdriver');
    expect(signOf(['robot_agent', 'headless_agent'], true)).toBe('headless');
    expect(signOf(['robot_agent'], true)).toBe('declared_bot');
    expect(signOf(['no_language'])).toBeUndefined();
    expect(shown(click)[0]).toHaveProperty('automation', undefined);
  });

  it('names the page of a view by its kind, or as the app calls it', () => {
    const viewOf = (view: object) => {
      const [{ template, page, isNameless } = {}] = shown([{ type: 'page_view', page: '/product/7', ...view }]);
      return [template, page, isNameless];
    };
    expect(viewOf({ template: 'product' })).toEqual(['product', undefined, false]);
    expect(viewOf({ title: 'Seven' })).toEqual([undefined, '/product/7', false]);
    expect(viewOf({})).toEqual([undefined, '/product/7', true]);
    expect(shown([{ type: 'click', target: 'buy', page: '/product/7' }])[0]?.page).toBeUndefined();
  });

  it('tells how a hand taps, points and types, of the event that is named so alone', () => {
    const rhythmOf = (props: object, name = 'touch_rhythm') => {
      const [{ rhythm, action } = {}] = shown([{ type: 'custom', name, props }]);
      expect(action).toBe('interaction');
      return rhythm;
    };
    expect(rhythmOf({ tap_ms: 83.2, taps: 4, key_gap_ms: 140, key_gaps: 9 })).toEqual({ tap: 83.2, key: 140 });
    const desk = { press_ms: 96.4, presses: 4, move_ms: 712, moves: 3, keyboard_gap_ms: 120.5, keyboard_gaps: 8 };
    expect(rhythmOf(desk)).toEqual({ press: 96.4, move: 712, keyboard: 120.5 });
    expect(rhythmOf({ tap_ms: 'fast', key_gap_ms: -1 })).toEqual({});
    expect(rhythmOf({ tap_ms: 83.2 }, 'other')).toBeUndefined();
  });

  it('reads of a hand what the documentation says is told of one', () => {
    const text = readFileSync(new URL('../../../../../docs/anomalies.md', import.meta.url), 'utf8');
    const documented = [...text.matchAll(/^\| `(\w+_ms)` \| `(\w+)`, (\d+) or more/gm)].map(([, prop = '']) => prop);
    const props = Object.fromEntries(documented.map((prop, i) => [prop, i + 1]));
    const [{ rhythm } = {}] = shown([{ type: 'custom', name: 'touch_rhythm', props }]);
    expect(Object.values(rhythm ?? {})).toEqual([1, 2, 3, 4, 5]);
  });

  it('has a place where one is known', () => {
    const click = [{ type: 'click', target: 'buy', props: { latitude: 1, longitude: 1 } }];
    const point = { latitude: 31.25, longitude: -0.5, radiusKm: 20 };
    const place = { latitude: 31.25, longitude: -0.5, accuracyKm: 20, country: 'CN' };
    expect(shown(click, { country: 'CN', point })[0]?.place).toEqual(place);
    expect(shown(click, { country: 'CN' })[0]).toHaveProperty('place', undefined);
  });

  it('tells how an event of a device came, and the first that its delivery was taken', () => {
    const [first, second] = shown([
      { type: 'click', target: 'buy' },
      { type: 'view_end', dwellMs: 5 },
    ]);
    expect(first).toMatchObject({ isRefused: false, delivery: { seq: 1, receivedMs: T0, skewMs: -90_000 } });
    expect(second?.delivery).toEqual({ seq: 2, receivedMs: T0, skewMs: -90_000 });
    expect(second).toHaveProperty('isRefused', undefined);
  });

  it('is an error once for each view, beside the views that have none', () => {
    const viewIds = [rowId<ViewId>(1), rowId<ViewId>(2)];
    const events = viewIds.flatMap((viewId) => [
      { type: 'page_view', title: 'Home', viewId },
      { type: 'error', message: 'again', viewId },
      { type: 'error', message: 'and again', viewId },
    ]);
    expect(shown(events).map(({ action, isError }) => [action, isError])).toEqual([
      ['view', false],
      ['passive', true],
      ['view', false],
      ['passive', true],
    ]);
  });

  it('says of a view whether it has a name at all', () => {
    const views = [{ title: 'Home' }, { template: 'home' }, {}].map((names) => ({ type: 'page_view', ...names }));
    expect(shown(views).map(({ isNameless }) => isNameless)).toEqual([false, false, true]);
    expect(shown([{ type: 'click', target: 'buy' }])[0]).toHaveProperty('isNameless', undefined);
  });
});
