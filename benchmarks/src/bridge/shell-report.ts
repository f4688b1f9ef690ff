import type { BridgeHealth } from '@tidemark/sdk-hybrid-bridge';
import type { HostHealth } from '@tidemark/sdk-hybrid-bridge/native';
import type { Health } from '@tidemark/sdk-web';
import type { Series } from '../sdk/in-page.js';
import type { RunPlan } from './plan.js';

/** Where a shell sends to, and by what its rows are told in the store. */
export interface ShellSettings {
  readonly seed: number;
  /** Addresses of the collector, as page and host see them. */
  readonly pageEndpoint: string;
  readonly hostEndpoint: string;
  readonly writeKey: string;
  readonly appId: string;
  readonly pageFlushMs: number;
  readonly hostFlushMs: number;
}

/** What a run leaves. */
export interface ShellReport {
  /** Written to a disk, the page's or the host's. */
  readonly promised: readonly Series[];
  /** In memory alone when their side died, or sent from there: they may be stored, but not twice. */
  readonly late: readonly Series[];
  /** Whether page and host had nothing left in time. */
  readonly drained: boolean;
  /** Where the host never came back: whether the page alone had nothing left in time. */
  readonly drainedAlone: boolean | undefined;
  readonly state: ShellState;
  /** What happened when: `MILLISECONDS WHAT`. */
  readonly trace: readonly string[];
}

export interface ShellState {
  /** Events that lie in the page's database. */
  readonly inDatabase: number;
  readonly page: Health | undefined;
  readonly bridge: BridgeHealth | undefined;
  readonly host: HostHealth | undefined;
  readonly faults: readonly string[];
}

/** The window of a shell page. */
export interface ShellPageWindow {
  readonly shell: Shell;
}

/** What a shell page leaves in its window, for who drives it. */
export interface Shell {
  begin(settings: ShellSettings): void;
  /** Plays the faults of a plan; resolves when they are over. */
  play(plan: RunPlan): Promise<void>;
  /** Nothing goes wrong any more: whoever is dead comes back, and all that waits is to be delivered. */
  drain(): Promise<ShellReport>;
  openHost(): Promise<void>;
  /** @param objectAfterMs - null: it never comes. */
  openPage(objectAfterMs: number | null): Promise<void>;
  /** So many events in one task: `page:0` and on. */
  trackInPage(count: number): void;
  state(): Promise<ShellState>;
  /** Milliseconds that the page's thread was held for one batch of so many events and its ack, batch by batch. */
  timeCrossings(rounds: number, events: number): Promise<number[]>;
  /** Milliseconds from `init` to the first batch by HTTP; undefined while there was none. */
  firstHttpMs(): number | undefined;
  /** Batches that the page sent by HTTP. */
  httpPosts(): number;
}
