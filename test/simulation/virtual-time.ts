import { createRandom, type Random } from '../../benchmarks/src/load/random.js';

/** A clock that stands still until it is moved, and everything that waits for it. */
export interface VirtualTime {
  /** Milliseconds since the world began. */
  now(): number;
  after(delayMs: number, run: () => void): void;
  /** Lets time pass until the answer is yes; false when it was not within so long. */
  runUntil(isOver: () => boolean, limitMs: number): Promise<boolean>;
  /** So many turns of the event loop at this very moment: work of the disk of a device is cut off in its middle. */
  turns(count: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
  isOff: boolean;
  /** Whether a timer keeps its process alive says nothing here. */
  unref(): Timer;
}

/**
 * Runs work in a world of its own: all timers of the process and its randomness belong to the world, and the same seed gives
 * the same world again. Nothing in it may wait for the real disk, network or thread pool.
 */
export async function withVirtualTime<T>(seed: number, work: (time: VirtualTime) => Promise<T>): Promise<T> {
  const timers: Timer[] = [];
  const real = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate };
  let elapsed = 0;
  /** Turns that somebody waits for; the moment is over when there is none. */
  let turnsWanted = 0;

  function set(run: () => void, delayMs = 0): Timer {
    const timer = timerAt(elapsed + Math.max(0, Number(delayMs) || 0), run);
    let low = 0;
    let high = timers.length; // soonest last; of equal ones the first asked for runs first
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle] as Timer).at > timer.at) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
    return timer;
  }

  function setEvery(run: () => void, everyMs: number): Timer {
    const whole = timerAt(elapsed, run);
    const again = () => {
      if (whole.isOff) return;
      run();
      set(again, everyMs);
    };
    set(again, everyMs);
    return whole;
  }

  const clear = (timer: Timer | undefined) => {
    if (timer) timer.isOff = true;
  };
  const turn = () => new Promise<void>((resolve) => real.setImmediate(resolve));

  async function momentOver(): Promise<void> {
    do await turn();
    while (turnsWanted > 0);
  }

  const time: VirtualTime = {
    now: () => elapsed,
    after: (delayMs, run) => void set(run, delayMs),
    async runUntil(isOver, limitMs) {
      const end = elapsed + limitMs;
      await momentOver();
      while (!isOver()) {
        const next = timers.at(-1);
        if (!next || next.at > end) {
          elapsed = end;
          return false;
        }
        timers.pop();
        if (next.isOff) continue;
        elapsed = Math.max(elapsed, next.at);
        next.run();
        await momentOver();
      }
      return true;
    },
    async turns(count) {
      turnsWanted++;
      for (let left = count; left > 0; left--) await turn();
      turnsWanted--;
    },
  };

  const random = createRandom(seed);
  const restore = replaceGlobals({
    setTimeout: set,
    clearTimeout: clear,
    setInterval: setEvery,
    clearInterval: clear,
    setImmediate(run: () => void) {
      turnsWanted++;
      return real.setImmediate(() => {
        turnsWanted--;
        run();
      });
    },
    CompressionStream: undefined, // it packs in the thread pool; a browser without one sends the same as plain text
  });
  const { getRandomValues } = crypto;
  crypto.getRandomValues = fillFrom(random);
  try {
    return await work(time);
  } finally {
    crypto.getRandomValues = getRandomValues;
    restore();
  }
}

function timerAt(at: number, run: () => void): Timer {
  const timer: Timer = { at, run, isOff: false, unref: () => timer };
  return timer;
}

function replaceGlobals(replacements: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(replacements).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  };
}

function fillFrom(random: Random): typeof crypto.getRandomValues {
  return (values) => {
    if (!values) return values;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random() * 256);
    return values;
  };
}
