/** A few short texts that outlive the page: identity and consent, never events. */
export interface SmallStorage {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** Writes down what was kept in memory alone so far. */
  persist(): void;
  /** Forgets all, and keeps to memory from here on. */
  clear(): void;
}

/**
 * The host's localStorage under a prefix; memory where it is closed to us (private mode, blocked cookies, full).
 *
 * @param mayStore - whether it may be used from the start; else it is only read until `persist`.
 */
export function openSmallStorage(prefix: string, mayStore: boolean): SmallStorage {
  const memory = new Map<string, string>();
  let stores = mayStore;

  function write(name: string, value: string): void {
    try {
      localStorage.setItem(prefix + name, value);
    } catch {
      // memory holds it for as long as the page lives
    }
  }

  return {
    get(name) {
      const known = memory.get(name);
      if (!stores && known !== undefined) return known; // what lies there is of an earlier time
      try {
        return localStorage.getItem(prefix + name) ?? known;
      } catch {
        return known; // a page that may not store is an expected page
      }
    },
    set(name, value) {
      memory.set(name, value);
      if (stores) write(name, value);
    },
    persist() {
      stores = true;
      for (const [name, value] of memory) write(name, value);
    },
    clear() {
      stores = false;
      memory.clear();
      try {
        for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
      } catch {
        // nothing could be written there either
      }
    },
  };
}

/** What lies under a name, whoever wrote it there; undefined where it is no JSON. */
export function readJson(storage: Pick<SmallStorage, 'get'>, name: string): unknown {
  try {
    return JSON.parse(storage.get(name) ?? 'null') ?? undefined;
  } catch {
    return undefined; // the host's storage is open to all its scripts
  }
}
