/** A value that can be watched. */
export interface Store<T> {
  get(): T;
  /** Tells the listeners, unless the value is the one it already was. */
  set(next: T): void;
  /** @returns a function that stops the listening. */
  listen(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
