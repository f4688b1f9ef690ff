/** P(chi-square with `degrees` degrees of freedom > value). @throws {RangeError} when degrees is not above 0. */
export function chiSquareTail(value: number, degrees: number): number {
  if (!(degrees > 0)) throw new RangeError(`degrees of freedom must be above 0, got ${degrees}`);
  if (value <= 0) return 1;
  const [shape, x] = [degrees / 2, value / 2];
  return x < shape + 1 ? 1 - lowerBySeries(shape, x) : upperByFraction(shape, x);
}

/** The value whose tail is `tail`, by bisection. @param tail - in (0, 1). */
export function chiSquareCritical(tail: number, degrees: number): number {
  if (!(tail > 0 && tail < 1)) throw new RangeError(`the tail lies between 0 and 1, got ${tail}`);
  let [low, high] = [0, degrees + 1];
  while (chiSquareTail(high, degrees) > tail) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-12 * high; step += 1) {
    const middle = (low + high) / 2;
    if (chiSquareTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const SMALLEST_TERM = 1e-16;
const MAX_TERMS = 10_000;

/** Regularised lower incomplete gamma. @see M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 6.5.29. */
function lowerBySeries(shape: number, x: number): number {
  let [term, sum] = [1 / shape, 1 / shape];
  for (let n = 1; n < MAX_TERMS && term > sum * SMALLEST_TERM; n += 1) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum * Math.exp(shape * Math.log(x) - x - logGamma(shape));
}

/** The upper one as a continued fraction (6.5.31), from its tail forwards by Lentz's method. */
function upperByFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MAX_TERMS; n += 1) {
    const a = n * (shape - n);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < SMALLEST_TERM * 10) break;
  }
  return fraction * Math.exp(shape * Math.log(x) - x - logGamma(shape));
}

/** Stirling's series, from 10 upwards; smaller arguments are brought there. */
function logGamma(x: number): number {
  let [shifted, product] = [x, 1];
  while (shifted < 10) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / (shifted * shifted);
  const series =
    (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / shifted;
  return (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}
