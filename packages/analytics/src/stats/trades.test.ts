import { describe, expect, it } from 'vitest';
import { absent, measured } from './outcome.js';
import { afterTrade, chasing, dayKey, dispositionEffect, knownReturns, type Trade, turnover } from './trades.js';

const DAY_MS = 86_400_000;
const trade = (day: number, product: string, side: Trade['side'], shares: number, price: number): Trade => ({
  atMs: day * DAY_MS,
  product,
  side,
  shares,
  price,
  currency: 'CNY',
});
const bought = [
  trade(1, 'a', 'subscribe', 10, 1),
  trade(1, 'b', 'subscribe', 10, 1),
  trade(1, 'c', 'subscribe', 10, 1),
];
const noPrice = () => undefined;

describe('the disposition effect', () => {
  it('is PGR - PLR, each product held counted once a sale', () => {
    // On the sale of a at a gain: b is a gain on paper, c a loss. PGR = 1/2, PLR = 0/1.
    const prices: Record<string, number> = { b: 1.2, c: 0.8 };
    expect(dispositionEffect([...bought, trade(2, 'a', 'sell', 10, 1.5)], (product) => prices[product])).toEqual(
      measured(0.5),
    );
    // Then c is sold at a loss, b still a gain on paper: PGR = 1/3, PLR = 1/2.
    const both = [...bought, trade(2, 'a', 'sell', 10, 1.5), trade(3, 'c', 'sell', 10, 0.7)];
    expect(dispositionEffect(both, (product) => prices[product])).toMatchObject({
      value: expect.closeTo(1 / 3 - 1 / 2, 12),
    });
  });

  it('says when there is nothing to tell gains and losses by', () => {
    expect(dispositionEffect(bought, noPrice)).toEqual(absent('too_few_events'));
    expect(dispositionEffect([], noPrice)).toEqual(absent('no_trades'));
    expect(dispositionEffect([trade(1, 'a', 'sell', 5, 1)], noPrice)).toEqual(absent('too_few_events')); // never held
  });

  it('does not depend on the order in which trades are given', () => {
    const trades = [...bought, trade(2, 'a', 'sell', 10, 1.5), trade(3, 'c', 'sell', 4, 0.7)];
    const price = (product: string) => ({ b: 0.9, c: 0.8 })[product];
    expect(dispositionEffect(trades.toReversed(), price)).toEqual(dispositionEffect(trades, price));
  });
});

describe('a position', () => {
  it('has an average cost, which sales leave as it is', () => {
    const two = afterTrade(afterTrade(undefined, trade(1, 'a', 'subscribe', 10, 1)), trade(2, 'a', 'subscribe', 30, 2));
    expect(two).toEqual({ shares: 40, cost: 1.75 });
    expect(afterTrade(two, trade(3, 'a', 'sell', 10, 9))).toEqual({ shares: 30, cost: 1.75 });
    expect(afterTrade(two, trade(3, 'a', 'sell', 50, 9))).toBeUndefined();
  });
});

describe('turnover', () => {
  it('is half of what was traded over the value held, per 30 days', () => {
    // 100 held for 15 days, then sold for 100: traded 200; mean value 100 over the 15 days: 1 in 15 days, 2 in 30.
    const trades = [trade(0, 'a', 'subscribe', 100, 1), trade(15, 'a', 'sell', 100, 1)];
    expect(turnover(trades, 15 * DAY_MS)).toEqual(measured(2));
    expect(turnover(trades, 30 * DAY_MS)).toEqual(measured(2)); // nothing is held afterwards
  });

  it('says why there is none', () => {
    expect(turnover([], 0)).toEqual(absent('no_trades'));
    expect(turnover([trade(1, 'a', 'sell', 1, 1)], 9 * DAY_MS)).toEqual(absent('zero_total'));
    expect(turnover([trade(9, 'a', 'subscribe', 1, 1)], DAY_MS)).toEqual(absent('out_of_order'));
    expect(turnover([trade(1, 'a', 'subscribe', -1, 1)], DAY_MS)).toEqual(absent('negative'));
    expect(turnover([trade(1, 'a', 'subscribe', 1, Number.NaN)], DAY_MS)).toEqual(absent('not_finite'));
    const mixed = [...bought, { ...trade(1, 'a', 'subscribe', 1, 1), currency: 'USD' }];
    expect(turnover(mixed, DAY_MS)).toEqual(absent('mixed_currencies'));
  });
});

describe('chasing', () => {
  const byDay = new Map(Array.from({ length: 20 }, (_, day) => [dayKey('a', day), day / 100] as const));
  const known = knownReturns(byDay);
  if (known.kind === 'absent') throw new Error(known.reason);
  const returns = known.value;

  it('is the share of buys the day after a top-decile return, less the base share', () => {
    // The two best of twenty days are 18 and 19.
    expect(
      chasing(
        [
          { product: 'a', day: 20 },
          { product: 'a', day: 3 },
        ],
        returns,
      ),
    ).toEqual(measured(0.5 - 0.1));
    expect(chasing([{ product: 'a', day: 3 }], returns)).toEqual(measured(-0.1));
  });

  it('needs buys, and returns of the days before them', () => {
    expect(chasing([], returns)).toEqual(absent('no_trades'));
    expect(chasing([{ product: 'b', day: 3 }], returns)).toEqual(absent('no_prices'));
    expect(knownReturns(new Map())).toEqual(absent('no_prices'));
    expect(knownReturns(new Map([...byDay, ['x', Number.NaN]]))).toEqual(absent('not_finite'));
  });
});
