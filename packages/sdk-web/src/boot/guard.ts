/** Makes of work that may throw work that does not: nothing of ours may surface in the page. */
export type Guard = <A extends readonly unknown[]>(work: (...args: A) => void) => (...args: A) => void;

/** @param onError - told of each that did throw. */
export function createGuard(onError: () => void): Guard {
  return (work) =>
    (...args) => {
      try {
        work(...args);
      } catch {
        onError();
      }
    };
}
