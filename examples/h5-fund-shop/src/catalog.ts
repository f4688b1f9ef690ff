/** The products on the shelf. A real shop would ask its backend; this one ships them. */
export type RiskClass = 'R1' | 'R2' | 'R3';

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly termDays: number;
  /** Level around which the expected annual rate moves; 0.0245 is 2.45 % a year. */
  readonly baseRateRatio: number;
  /** Smallest subscription, in CNY. */
  readonly minAmount: number;
  readonly totalShares: number;
  /** Shares left before this customer's own subscriptions. */
  readonly openShares: number;
  readonly risk: RiskClass;
}

export const RISK_NAMES: Readonly<Record<RiskClass, string>> = { R1: 'Low', R2: 'Medium-low', R3: 'Medium' };

/** Subscriptions are placed in round lots. Sales may be any whole number of shares. */
export const LOT_SHARES = 100;

export const PRODUCTS: readonly Product[] = [
  {
    id: 'P7',
    name: 'Ebb 7',
    summary: 'Overnight repo and cash. A place to park money for a week.',
    termDays: 7,
    baseRateRatio: 0.0185,
    minAmount: 100,
    totalShares: 5_000_000,
    openShares: 3_910_000,
    risk: 'R1',
  },
  {
    id: 'P14',
    name: 'Shoal 14',
    summary: 'Interbank deposits with two weeks to run.',
    termDays: 14,
    baseRateRatio: 0.0205,
    minAmount: 500,
    totalShares: 2_000_000,
    openShares: 38_000,
    risk: 'R1',
  },
  {
    id: 'P30',
    name: 'Harbour 30',
    summary: 'Bank acceptance bills, rolled every month.',
    termDays: 30,
    baseRateRatio: 0.0245,
    minAmount: 1_000,
    totalShares: 4_000_000,
    openShares: 2_460_000,
    risk: 'R1',
  },
  {
    id: 'P45',
    name: 'Estuary 45',
    summary: 'Short notes from city banks and a slice of cash.',
    termDays: 45,
    baseRateRatio: 0.027,
    minAmount: 1_000,
    totalShares: 3_000_000,
    openShares: 1_180_000,
    risk: 'R2',
  },
  {
    id: 'P60',
    name: 'Channel 60',
    summary: 'Commercial paper of listed companies.',
    termDays: 60,
    baseRateRatio: 0.0295,
    minAmount: 5_000,
    totalShares: 6_000_000,
    openShares: 4_720_000,
    risk: 'R2',
  },
  {
    id: 'P90',
    name: 'Meridian 90',
    summary: 'A quarter in high-grade short bonds.',
    termDays: 90,
    baseRateRatio: 0.033,
    minAmount: 1_000,
    totalShares: 8_000_000,
    openShares: 2_090_000,
    risk: 'R2',
  },
  {
    id: 'P120',
    name: 'Strait 120',
    summary: 'Receivables of established suppliers, widely spread.',
    termDays: 120,
    baseRateRatio: 0.0375,
    minAmount: 10_000,
    totalShares: 2_500_000,
    openShares: 1_610_000,
    risk: 'R3',
  },
  {
    id: 'P180',
    name: 'Ocean 180',
    summary: 'Half-year credit with the widest swings on the shelf.',
    termDays: 180,
    baseRateRatio: 0.042,
    minAmount: 10_000,
    totalShares: 2_000_000,
    openShares: 1_340_000,
    risk: 'R3',
  },
];

export function findProduct(productId: string): Product | undefined {
  return PRODUCTS.find((product) => product.id === productId);
}
