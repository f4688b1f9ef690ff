/** Stretches of numbers that follow one another: each request costs the page as much as storing an event. */
export function stretches(seqs: readonly number[]): IDBKeyRange[] {
  let first: number | undefined;
  return seqs.flatMap((seq, at) => {
    first ??= seq;
    if (seqs[at + 1] === seq + 1) return [];
    const stretch = IDBKeyRange.bound(first, seq);
    first = undefined;
    return stretch;
  });
}
