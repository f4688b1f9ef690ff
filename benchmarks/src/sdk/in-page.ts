import type { Page } from 'playwright-core';

/** Of what the SDK tells of itself, what is looked at here. */
export interface PageHealth {
  readonly queued: number;
  readonly delivered: number;
  readonly rejected: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Where its queue lies, `indexeddb` or `memory`. */
  readonly storage: string;
}

/** What is used of the SDK in the page, by the global that the page's own script leaves there. */
export interface PageClient {
  track(name: string, props: Readonly<Record<string, number>>): void;
  conversion(goal: string): void;
  order(fields: Readonly<Record<string, string | number>>): void;
  health(): PageHealth;
}

/** Globals of the pages that the page server serves. */
export interface PageWindow {
  readonly client: PageClient;
  /** `performance.now()` around the call of `init`. */
  readonly beforeInit: number;
  readonly afterInit: number;
  /** Added to the page's wall clock where `STEPPING_CLOCK` was put before the SDK. */
  clockStepMs: number;
  /** Of each series, where `COUNT_COMMITTED` was put before the SDK. */
  readonly committed: Readonly<Record<string, number>>;
}

/** Events `NAME:FROM` to `NAME:(FROM + COUNT - 1)`. */
export interface Series {
  readonly name: string;
  readonly count: number;
  /** Default 0. */
  readonly from?: number;
}

/** What an event is known by in the store: its name and the `n` among its props. */
export function labelsOf({ name, count, from = 0 }: Series): string[] {
  return Array.from({ length: count }, (_, index) => `${name}:${from + index}`);
}

/** Tracks them all in one task of the page. */
export function trackBurst(page: Page, { name, count, from = 0 }: Series): Promise<void> {
  return page.evaluate(
    (given) => {
      const { client } = window as unknown as PageWindow;
      for (let n = given.from; n < given.from + given.count; n++) client.track(given.name, { n });
    },
    { name, count, from },
  );
}

/** Tracks one after the other, each in a task of its own; resolves after the last. */
export function trackPaced(page: Page, { name, count, from = 0 }: Series, everyMs: number): Promise<void> {
  return page.evaluate(
    async (given) => {
      const { client } = window as unknown as PageWindow;
      const startedAt = performance.now();
      for (let index = 0; index < given.count; index++) {
        const waitMs = startedAt + index * given.everyMs - performance.now();
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        client.track(given.name, { n: given.from + index });
      }
    },
    { name, count, from, everyMs },
  );
}

export function healthOf(page: Page): Promise<PageHealth> {
  return page.evaluate(() => {
    const { queued, delivered, rejected, dropped, storage } = (window as unknown as PageWindow).client.health();
    return { queued, delivered, rejected, dropped, storage };
  });
}

/** Before the SDK: lets `window.clockStepMs` move the wall clock of the page; its monotonic clock stays. */
export const STEPPING_CLOCK = `
  window.clockStepMs = 0;
  const RealDate = Date;
  const now = () => RealDate.now() + window.clockStepMs;
  window.Date = new Proxy(RealDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });`;

/** Sets the page's wall clock, as somebody does in the settings of a device. */
export function stepClock(page: Page, stepMs: number): Promise<void> {
  return page.evaluate((ms) => {
    (window as unknown as PageWindow).clockStepMs += ms;
  }, stepMs);
}

/** Before the SDK: `navigator.onLine` says the same whatever is true. */
export function lyingOnLine(says: boolean): string {
  return `Object.defineProperty(Navigator.prototype, 'onLine', { get: () => ${says} });`;
}
