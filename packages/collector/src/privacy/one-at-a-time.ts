export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

/** Has pieces of work that must not meet done one after another; a failure of one is no other's. */
export function createOneAtATime(): OneAtATime {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };
}
