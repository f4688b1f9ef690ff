/** Makes of work that may throw work that does not: nothing of ours may surface in the page. It returns undefined then. */
export type Guard = <A extends readonly unknown[], R>(work: (...args: A) => R) => (...args: A) => R | undefined;

/** @param onError - told of each that did throw. */
export function createGuard(onError: () => void): Guard {
  return (work) =>
    (...args) => {
      try {
        return work(...args);
      } catch {
        onError();
        return undefined;
      }
    };
}
