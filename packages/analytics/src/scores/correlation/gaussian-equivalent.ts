/**
 * What a measure would be for two normal columns of correlation r, turned round: it puts all measures on the scale of |r|, so that
 * they can be held against Pearson's. 0..1 each.
 */

/** @param square - the unbiased square of the distance correlation. @see Szekely, Rizzo, Bakirov 2007, theorem 7. */
export function equivalentOfDistance(square: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step += 1) {
    const r = (low + high) / 2;
    const numerator = r * Math.asin(r) + Math.sqrt(1 - r * r) - r * Math.asin(r / 2) - Math.sqrt(4 - r * r) + 1;
    if (numerator / (1 + Math.PI / 3 - Math.sqrt(3)) < square) low = r;
    else high = r;
  }
  return (low + high) / 2;
}

/** xi = (3 / pi) asin((1 + r^2) / 2) - 1/2. @see J. Ansari, S. Fuchs, "A simple extension of Azadkia and Chatterjee's rank correlation", 2022. */
export function equivalentOfXi(xi: number): number {
  const held = Math.max(0, Math.min(1, xi));
  return Math.sqrt(Math.max(0, Math.min(1, 2 * Math.sin((Math.PI * (held + 0.5)) / 3) - 1)));
}

/** Information = -ln(1 - r^2) / 2. @see E. H. Linfoot, Information and Control 1 (1957) 85-89. */
export function equivalentOfInformation(nats: number): number {
  return Math.sqrt(1 - Math.exp(-2 * Math.max(0, nats)));
}
