/** A browser that has not opened a database by then may be one that never will. */
const OPEN_WITHIN_MS = 1_000;

/** @throws when it takes longer than a database may take to open. */
export function withinTime<T>(opening: Promise<T>): Promise<T> {
  return Promise.race([opening, new Promise<never>((_, reject) => setTimeout(reject, OPEN_WITHIN_MS))]);
}
