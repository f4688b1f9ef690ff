import type { Client, InitOptions } from './boot/client.js';
import type { Feature } from './track/feature.js';

/** As `InitOptions`; a feature may be named, for before the script has come a page has no function to call. */
export type PageOptions = Omit<InitOptions, 'features'> & { readonly features?: readonly (Feature | string)[] };

/** Epoch milliseconds and the page's monotonic clock, read in the same moment. */
export type Moment = readonly [wallMs: number, monotonicMs: number];

/** A call that came before the script; `settle` is given what the real client returns. */
export interface HeldCall {
  readonly method: keyof Client;
  readonly args: readonly unknown[];
  readonly at: Moment;
  readonly settle: (result: unknown) => void;
}

/** What the snippet keeps of one `init`, until there is a client. */
export interface Held {
  readonly options: PageOptions;
  readonly at: Moment;
  readonly calls: HeldCall[];
  /** Calls that no room was left for. */
  dropped: number;
  /** Set when the calls were replayed; from then on the page's object speaks to it. */
  client?: Client;
}

/** What the snippet puts in the place of the script, under the same name. */
export interface Stub {
  init(options: PageOptions): Client;
  readonly held: Held[];
  /** Set by the script when it has come: for an `init` of a page that still has the stub in its hands. */
  start?: (held: Held) => void;
}

/** `init`, with the clocks to go by. */
export type StartClient = (options: PageOptions, wallMs: () => number, monotonicMs: () => number) => Client;

/** Starts the client that the snippet stood in for, at the time it was asked for, and makes its calls at theirs. */
export function replayStub(held: Held, startClient: StartClient): void {
  const { options, calls, dropped } = held;
  let past: Moment | undefined = held.at;
  // A page without types may have given no options at all, or one feature without a list around it.
  const features = [options?.features ?? [], dropped > 0 ? countDropped(dropped) : []].flat();
  const client = startClient(
    { ...options, features },
    () => past?.[0] ?? Date.now(),
    () => past?.[1] ?? performance.now(),
  );
  for (const { method, args, at, settle } of calls) {
    past = at;
    const call = client[method] as (...args: readonly unknown[]) => unknown; // the page's own arguments, not ours to judge
    settle(call(...args));
  }
  past = undefined;
  held.client = client;
}

/** For `health()`: a feature is told how to count. */
function countDropped(calls: number): Feature {
  return (host) => {
    host.drop('snippet_full', calls);
    return () => undefined;
  };
}
