import { describe, expect, it } from 'vitest';
import { PRODUCTS, type Product } from './catalog.js';
import { LAUNCH_DAY, quoteHistory, quoteOn } from './market.js';

const DAY = 20_779; // 22 November 2026

describe('market', () => {
  it('gives the same quotes for the same product and day, every time', () => {
    for (const product of PRODUCTS) {
      expect(quoteHistory(product, DAY, 400)).toEqual(quoteHistory(product, DAY, 400));
    }
  });

  it('never rewrites the past: a later day only adds quotes', () => {
    for (const product of PRODUCTS) {
      expect(quoteHistory(product, DAY + 30, 60).slice(0, 30)).toEqual(quoteHistory(product, DAY, 30));
    }
  });

  it('quotes consecutive days, oldest first, ending on the day asked for', () => {
    const days = quoteHistory(productOf('P30'), DAY, 5).map((quote) => quote.day);
    expect(days).toEqual([DAY - 4, DAY - 3, DAY - 2, DAY - 1, DAY]);
  });

  it('has only the launch quote at the launch and before it', () => {
    const launch = { day: LAUNCH_DAY, price: 1, rateRatio: 0.0245 };
    expect(quoteHistory(productOf('P30'), LAUNCH_DAY, 90)).toEqual([launch]);
    expect(quoteOn(productOf('P30'), LAUNCH_DAY - 100)).toEqual(launch);
  });

  it('keeps the rate within half of its base rate, for years', () => {
    for (const product of PRODUCTS) {
      for (const quote of quoteHistory(product, DAY + 1_500, 3_000)) {
        expect(Math.abs(quote.rateRatio / product.baseRateRatio - 1)).toBeLessThan(0.5);
      }
    }
  });

  it('never lets the price of a low-risk product fall', () => {
    const prices = quoteHistory(productOf('P7'), DAY, 800).map((quote) => quote.price);
    expect([...prices].sort((a, b) => a - b)).toEqual(prices);
  });

  it('accrues about the base rate over a year', () => {
    const yearly = quoteOn(productOf('P30'), DAY).price / quoteOn(productOf('P30'), DAY - 365).price - 1;
    expect(yearly).toBeGreaterThan(0.0245 * 0.8);
    expect(yearly).toBeLessThan(0.0245 * 1.2);
  });

  it('gives every product a walk of its own', () => {
    const walks = PRODUCTS.map((product) =>
      quoteHistory(product, DAY, 30).map((quote) => quote.rateRatio / product.baseRateRatio),
    );
    const rising = walks.map((walk) => walk.map((value, index) => value > (walk[index - 1] ?? value)).join());
    expect(new Set(rising).size).toBe(PRODUCTS.length);
  });

  it('refuses a history of no days', () => {
    expect(() => quoteHistory(productOf('P30'), DAY, 0)).toThrow(RangeError);
  });
});

function productOf(id: string): Product {
  const product = PRODUCTS.find((candidate) => candidate.id === id);
  if (!product) throw new Error(`no product ${id}`);
  return product;
}
