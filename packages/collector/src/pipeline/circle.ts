import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TidemarkError } from '../observe/errors.js';
import type { Logger } from '../observe/logger.js';
import { type CollectorState, NO_HOLD, type SeenCollector } from '../store/loads/collectors.js';

export interface CircleOptions {
  readonly collectorId: string;
  /** Comma-separated. */
  readonly roles: string;
  /** How one tells the others, and hears of them; what was told is visible to all before it resolves. */
  readonly words: {
    tell(state: CollectorState): Promise<void>;
    read(): Promise<readonly SeenCollector[]>;
  };
  readonly logger: Logger;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  readonly pace?: Pace;
}

/** Milliseconds. Whoever is silent for `deadMs` is not waited for: far longer than any other two together. */
export interface Pace {
  /** Between two words, while there are others and while there are none. */
  readonly tickMs: number;
  readonly aloneTickMs: number;
  /** A load may begin for so long after the last word. */
  readonly freshMs: number;
  /** Silence after which this collector must reckon that others take it for dead; below `deadMs` by what clocks may differ. */
  readonly lapseMs: number;
  readonly deadMs: number;
}

const PACE: Pace = { tickMs: 1_000, aloneTickMs: 5_000, freshMs: 8_000, lapseMs: 15_000, deadMs: 20_000 };

/**
 * What a collector and the others before the same store know of one another. A collector that wants the aggregates to stand
 * still calls a hold; it holds as soon as every other collector that lives says that it honours it, which it does between two
 * loads and never with a load half done.
 */
export interface Circle {
  /** Ends when the first word is said; then it goes on by itself. */
  start(): Promise<void>;
  /** Whether another collector was heard of within seven days. Holds for `freshMs`. */
  hasOthers(): boolean;
  livingOthers(): number;
  /** Of those that live and have the role `analyze`, the one by whose id all agree on it. */
  isFirstAnalyst(): boolean;
  /**
   * Resolves when a load may begin, at once when there are no others.
   *
   * @throws {TidemarkError} `wal_closed` when the collector stops; what the store throws when the others cannot be heard.
   */
  enter(): Promise<LoadPass>;
  /** A load has begun and its outcome is not known: no hold is honoured until `settle`. */
  settle(): void;
  /**
   * Has all loads stand still, this collector's own included, for as long as the work takes.
   *
   * @returns what the work gave, and whether it held until the end; undefined when it did not come to hold.
   */
  hold<T>(
    work: () => Promise<T>,
    withinMs: number,
  ): Promise<{ readonly result: T; readonly held: boolean } | undefined>;
  /** No load begins any more, and no hold. */
  shut(): void;
  /** Says that this one goes. */
  leave(): Promise<void>;
}

export interface LoadPass {
  /** The others may have taken this collector for dead since it entered, and counted without its load. */
  hasLapsed(): boolean;
}

const LOOK_MS = 20;
/** The store may be away; the others then wait until this one counts as dead. */
const LAST_WORD_MS = 1_000;

export function createCircle(options: CircleOptions): Circle {
  const { collectorId, words, now, logger, pace = PACE } = options;
  let heard: readonly SeenCollector[] = [];
  /** When the last word was begun that reached the store. */
  let lastWordMs = Number.NEGATIVE_INFINITY;
  let lapses = 0;
  let ownHold = NO_HOLD;
  let honours = NO_HOLD;
  let loading = false;
  let isShut = false;
  let left = false;
  let timer: NodeJS.Timeout | undefined;
  let ticking: Promise<void> | undefined;

  const others = () => heard.filter((one) => one.collectorId !== collectorId);
  const living = () => others().filter((one) => !one.gone && one.ageMs < pace.deadMs);
  const isFresh = () => now() - lastWordMs < pace.freshMs;
  const hasLapsed = () => now() - lastWordMs > pace.lapseMs;

  /** Of several holds the one with the lowest name goes first, for everybody alike. */
  function foreignHold(): string {
    const holds = living().flatMap(({ hold }) => (hold === NO_HOLD ? [] : [hold]));
    return holds.sort()[0] ?? NO_HOLD;
  }

  async function say(honoured: string, gone = false): Promise<void> {
    const begunMs = now();
    await words.tell({ collectorId, roles: options.roles, gone, hold: ownHold, honours: honoured });
    if (now() - lastWordMs > pace.lapseMs && lastWordMs > 0) lapses++; // so long the others heard nothing
    lastWordMs = begunMs;
    heard = await words.read(); // after the word: of two that speak at once, one at least hears the other
  }

  async function tickOnce(): Promise<void> {
    await say(honours);
    const next = ownHold === NO_HOLD && !loading ? foreignHold() : NO_HOLD;
    if (next === honours) return;
    if (next !== NO_HOLD) honours = next; // no load begins from here on, and then the others are told
    await say(next);
    honours = next; // the others are told, and then a load may begin
  }

  /** One at a time; whoever asks while one runs gets the next. */
  function tick(): Promise<void> {
    const before = ticking ?? Promise.resolve();
    const mine = before
      .catch(() => undefined)
      .then(tickOnce)
      .finally(() => {
        if (ticking === mine) ticking = undefined;
      });
    ticking = mine;
    return mine;
  }

  function schedule(): void {
    if (left) return;
    timer = setTimeout(
      () => {
        tick()
          .catch((error: unknown) => logger.debug({ error: String(error) }, 'the other collectors were not told'))
          .finally(schedule);
      },
      others().length > 0 ? pace.tickMs : pace.aloneTickMs,
    );
  }

  function mayEnter(): boolean {
    if (!isFresh()) return false;
    if (loading) return true; // what is half done is ended: nothing holds until then
    return honours === NO_HOLD && ownHold === NO_HOLD && foreignHold() === NO_HOLD;
  }

  async function waitForAll(hold: string, withinMs: number): Promise<boolean> {
    for (const deadline = now() + withinMs; now() < deadline && !isShut; ) {
      await tick();
      const foreign = foreignHold();
      if (foreign !== NO_HOLD && foreign < hold) return false; // that one goes first
      if (!loading && living().every((one) => one.honours === hold)) return true;
      await sleep(LOOK_MS * 5);
    }
    return false;
  }

  return {
    async start() {
      await tick().catch((error: unknown) =>
        logger.warn({ error: String(error) }, 'the other collectors were not told'),
      );
      schedule();
    },
    hasOthers: () => others().length > 0,
    livingOthers: () => living().length,
    isFirstAnalyst() {
      const analysts = living().filter(({ roles }) => roles.split(',').includes('analyze'));
      return analysts.every((one) => collectorId < one.collectorId);
    },
    async enter() {
      while (!mayEnter()) {
        if (isShut)
          throw new TidemarkError('wal_closed', 'the collector is stopping; the rest is loaded after its next start');
        if (isFresh()) await sleep(LOOK_MS);
        else await tick(); // after an outage: at once, and whatever the store says to it is said of the load
      }
      loading = true;
      const before = lapses;
      return { hasLapsed: () => lapses !== before || hasLapsed() };
    },
    settle() {
      loading = false;
    },
    async hold(work, withinMs) {
      const hold = randomUUID();
      if (foreignHold() !== NO_HOLD || honours !== NO_HOLD) return undefined;
      ownHold = hold;
      try {
        if (!(await waitForAll(hold, withinMs))) return undefined;
        const before = lapses;
        const result = await work();
        await tick(); // what was done is good only if the others saw this collector live through all of it
        return { result, held: lapses === before };
      } finally {
        ownHold = NO_HOLD;
        await tick().catch(() => undefined); // the next one tells it
      }
    },
    shut() {
      isShut = true;
    },
    async leave() {
      isShut = true;
      left = true;
      clearTimeout(timer);
      if (lastWordMs < 0) return; // nobody knows of it
      const lastWord = (async () => {
        await ticking?.catch(() => undefined);
        ownHold = NO_HOLD;
        await say(NO_HOLD, !loading).catch(() => undefined); // one that goes with a load half done is waited for
      })();
      await Promise.race([lastWord, sleep(LAST_WORD_MS, undefined, { ref: false })]);
    },
  };
}
