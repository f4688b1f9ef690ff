/** How many there were, of a sum that sampling makes a fraction: a whole number, as a count is. */
export function estimate(sum: string): string {
  return `toUInt64(round(${sum}))`;
}
