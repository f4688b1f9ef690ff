/** A browser that has not opened a database by then may be one that never will. */
const OPEN_WITHIN_MS = 1_000;

/** What is worth a longer wait: an answer without which something would be sent twice, or all be given up that is open. */
export const LONG_TIMES = 9;

/** @throws when it takes longer than a database may take to open, or so many times longer. */
export function withinTime<T>(opening: Promise<T>, times = 1): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, times * OPEN_WITHIN_MS);
  });
  return Promise.race([opening, late]).finally(() => clearTimeout(timer));
}
