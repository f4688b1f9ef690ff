/** Tells tabs of one queue of one another, by locks that the browser ends with their tab, or else by asking them. */
export interface Presence {
  /** Ids of the tabs that live, this one included; by asking, those of the others that answer. */
  living(): Promise<ReadonlySet<string>>;
  /** This tab has added events: should it die before it sends them, the eldest tab sends them. */
  nudge(): void;
  /** The page goes to the back-forward cache: what is held or open there would keep it out. */
  pause(): void;
  resume(): void;
}

/** Asks all others who they are; they answer with their id. */
const WHO = 1;
/** A tab that is at something else answers after it. */
const ANSWER_WITHIN_MS = 1_000;

/**
 * @param id - of this tab.
 * @param seeTo - this tab is the eldest, and there may be events that nobody else sends: `now` because the eldest before it
 * ended, else because another tab has added some.
 */
export function announcePresence(name: string, id: string, seeTo: (now: boolean) => void): Presence {
  const { locks } = navigator as { readonly locks?: LockManager }; // missing on pages without TLS, whatever the types say
  const prefix = `${name}/`;
  let channel: BroadcastChannel | undefined;
  let isEldest = false;
  /** Who has ever answered: what is left of those that end later is for the next tab that begins. */
  const heard = new Set<string>();
  let pause = (): void => undefined;

  function resume(): void {
    pause();
    const waiting = new AbortController();
    const gone = new Promise<void>((resolve) => {
      pause = () => {
        channel?.close();
        channel = undefined;
        isEldest = false;
        waiting.abort();
        resolve();
      };
    });
    const hold = async (lock: string, onGranted?: () => void) => {
      try {
        await locks?.request(lock, { signal: waiting.signal }, () => {
          onGranted?.();
          return gone;
        });
      } catch {
        // no longer waited for; or an origin that may not lock, where each tab is alone
      }
    };
    void hold(prefix + id);
    void hold(`${name}!`, () => {
      isEldest = true;
      seeTo(true);
    });
    try {
      channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }) => {
        if (data === WHO) channel?.postMessage(id);
        else if (data) heard.add(data);
        else if (isEldest) seeTo(false);
      };
    } catch {
      // a browser that has none, or keeps tabs apart
    }
  }

  resume();
  return {
    async living() {
      const held = (await (async () => locks?.query())().catch(() => undefined))?.held;
      if (held) return new Set(held.flatMap((lock) => lock.name?.split(prefix)[1] ?? []));
      channel?.postMessage(WHO);
      await new Promise((done) => setTimeout(done, ANSWER_WITHIN_MS));
      return heard;
    },
    nudge: () => isEldest || channel?.postMessage(0), // when the eldest ends, the next one looks by itself
    pause: () => pause(),
    resume,
  };
}
