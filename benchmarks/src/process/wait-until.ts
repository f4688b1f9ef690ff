/**
 * Asks again and again until the answer is yes.
 *
 * @param timeoutMs - how long at most.
 * @param everyMs - pause between two questions.
 * @returns milliseconds it took, or undefined when the time ran out.
 */
export async function waitUntil(
  ask: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs: number,
): Promise<number | undefined> {
  const startedAt = performance.now();
  for (;;) {
    if (await ask()) return performance.now() - startedAt;
    if (performance.now() - startedAt > timeoutMs) return undefined;
    await sleep(everyMs);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
