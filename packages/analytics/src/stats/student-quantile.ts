/** Beyond this nothing asked for here lies: P(T > 700) of one degree of freedom is below .0005. */
const FARTHEST = 700;
const HALVINGS = 80;

/**
 * t with P(|T| > t) = p of Student's distribution, by halving.
 *
 * @param p - both tails together, .001 to 1.
 * @param degrees - of freedom, a whole number from 1 on.
 * @throws {RangeError} for any other.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p >= 0.001 && p <= 1)) throw new RangeError(`tails lie between .001 and 1, got ${p}`);
  if (!(Number.isInteger(degrees) && degrees >= 1)) {
    throw new RangeError(`degrees of freedom are a whole number from 1 on, got ${degrees}`);
  }
  let [low, high] = [0, FARTHEST];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (1 - within(middle, degrees) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(|T| <= t), by the finite series.
 *
 * @see M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
function within(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
