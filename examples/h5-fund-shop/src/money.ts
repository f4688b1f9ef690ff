/** Every price in the shop is in this currency. */
export const CURRENCY = 'CNY';

/** Shares times price, to the cent. */
export function amountOf(shares: number, price: number): number {
  return Math.round(shares * price * 100) / 100;
}

/** Fewest shares, in whole lots, whose amount reaches the minimum. */
export function minimumShares(minAmount: number, price: number, lotShares: number): number {
  return Math.ceil(minAmount / price / lotShares) * lotShares;
}
