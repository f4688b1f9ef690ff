/**
 * Shares and money are counted in ten-thousandths, as the store keeps them: whole numbers add up to the same sum in any
 * order, and 0.1 + 0.2 is 0.3. Exact up to the protocol's `amountMax`.
 */
const UNITS_PER_ONE = 10_000;

export function toUnits(value: number): number {
  return Math.round(value * UNITS_PER_ONE);
}

export function fromUnits(units: number): number {
  return units / UNITS_PER_ONE;
}
