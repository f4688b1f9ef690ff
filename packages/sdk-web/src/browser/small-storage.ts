/** A few short texts that outlive the page: identity, never events. */
export interface SmallStorage {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** The host's localStorage under a prefix; memory where it is closed to us (private mode, blocked cookies, full). */
export function openSmallStorage(prefix: string): SmallStorage {
  const memory = new Map<string, string>();
  return {
    get(name) {
      try {
        return localStorage.getItem(prefix + name) ?? memory.get(name);
      } catch {
        return memory.get(name); // a page that may not store is an expected page
      }
    },
    set(name, value) {
      memory.set(name, value);
      try {
        localStorage.setItem(prefix + name, value);
      } catch {
        // memory holds it for as long as the page lives
      }
    },
  };
}
