/**
 * SHA-256 of bytes, as 64 hexadecimal digits. Written here because this package runs in browsers, workers and Node
 * alike, where the built-in ones differ or answer later.
 *
 * @see FIPS 180-4.
 */
export function sha256(bytes: Uint8Array): string {
  const constants = Int32Array.from(firstPrimes(64), (prime) => fractionBits(Math.cbrt(prime)));
  const state = Int32Array.from(firstPrimes(8), (prime) => fractionBits(Math.sqrt(prime)));
  const whole = bytes.length - (bytes.length % 64);
  const words = new Int32Array(64);
  for (let at = 0; at < whole; at += 64) compress(state, constants, words, bytes, at);
  const tail = padded(bytes.subarray(whole), bytes.length);
  for (let at = 0; at < tail.length; at += 64) compress(state, constants, words, tail, at);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

/** The first 32 bits of the fraction. */
function fractionBits(value: number): number {
  return ((value - Math.floor(value)) * 4294967296) | 0;
}

function padded(rest: Uint8Array, length: number): Uint8Array {
  const tail = new Uint8Array(rest.length < 56 ? 64 : 128);
  tail.set(rest);
  tail[rest.length] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(tail.length - 4, (length << 3) >>> 0);
  return tail;
}

function compress(
  state: Int32Array,
  constants: Int32Array,
  words: Int32Array,
  bytes: Uint8Array,
  offset: number,
): void {
  // Indices are within 64 words, 8 state words and the block, hence `as number`.
  const word = (at: number): number => words[at] as number;
  for (let at = 0; at < 16; at += 1) {
    const first = offset + at * 4;
    words[at] =
      ((bytes[first] as number) << 24) |
      ((bytes[first + 1] as number) << 16) |
      ((bytes[first + 2] as number) << 8) |
      (bytes[first + 3] as number);
  }
  for (let at = 16; at < 64; at += 1) {
    const [early, late] = [word(at - 15), word(at - 2)];
    const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[at] = (word(at - 16) + low + word(at - 7) + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let at = 0; at < 64; at += 1) {
    const high = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const chosen = (e & f) ^ (~e & g);
    const first = (h + high + chosen + (constants[at] as number) + word(at)) | 0;
    const low = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) state[at] = ((state[at] as number) + value) | 0;
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
