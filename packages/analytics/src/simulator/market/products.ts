/** What is sold. */
export interface Product {
  readonly productId: string;
  readonly category: 'cash' | 'short' | 'term';
  readonly termDays: number;
  /** Yearly yield that its price grows by. */
  readonly yieldRatio: number;
  /** How its price answers to the loan rate, per percentage point. */
  readonly rateSensitivity: number;
  readonly volatility: number;
  readonly popularity: number;
  /** Share of a queue that the desk takes up in a round, at most. */
  readonly liquidity: number;
}

export const CURRENCY = 'CNY';

export const PRODUCTS: readonly Product[] = [
  {
    productId: 'P7',
    category: 'cash',
    termDays: 7,
    yieldRatio: 0.018,
    rateSensitivity: 0.002,
    volatility: 0.0006,
    popularity: 3,
    liquidity: 0.3,
  },
  {
    productId: 'P14',
    category: 'cash',
    termDays: 14,
    yieldRatio: 0.021,
    rateSensitivity: 0.004,
    volatility: 0.0009,
    popularity: 2,
    liquidity: 0.25,
  },
  {
    productId: 'P30',
    category: 'short',
    termDays: 30,
    yieldRatio: 0.026,
    rateSensitivity: 0.008,
    volatility: 0.0014,
    popularity: 4,
    liquidity: 0.2,
  },
  {
    productId: 'P60',
    category: 'short',
    termDays: 60,
    yieldRatio: 0.03,
    rateSensitivity: 0.012,
    volatility: 0.002,
    popularity: 1.5,
    liquidity: 0.12,
  },
  {
    productId: 'P90',
    category: 'term',
    termDays: 90,
    yieldRatio: 0.034,
    rateSensitivity: 0.018,
    volatility: 0.003,
    popularity: 2.5,
    liquidity: 0.1,
  },
  {
    productId: 'P180',
    category: 'term',
    termDays: 180,
    yieldRatio: 0.039,
    rateSensitivity: 0.03,
    volatility: 0.0045,
    popularity: 0.8,
    liquidity: 0.06,
  },
];
