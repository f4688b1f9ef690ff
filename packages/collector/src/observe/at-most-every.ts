/**
 * Work whose answer is good for a while: who asks meanwhile gets the last one. For what anybody may ask as often as they
 * like and costs something.
 */
export function atMostEvery<T>(milliseconds: number, work: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly atMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (!last || nowMs - last.atMs >= milliseconds) last = { answer: work(), atMs: nowMs };
    return last.answer;
  };
}
