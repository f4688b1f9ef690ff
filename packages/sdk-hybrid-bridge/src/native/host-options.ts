import type {
  BridgeRefusal,
  ConsentByPurpose,
  Conversion,
  DeviceInfo,
  EventBase,
  Order,
  Props,
  TransitionWay,
} from '@tidemark/protocol';
import type { PageChannel, PageLink } from './page-channel.js';
import type { HostStorage } from './storage/host-storage.js';
import type { Timers } from './timers.js';

export interface HostOptions {
  /** Base address of the collector. */
  readonly endpoint: string;
  /** A public write key, `tm_pk_...`. */
  readonly writeKey: string;
  /** Which of the workspace's apps this is. Default `app`. */
  readonly appId?: string;
  /** Version of the app. */
  readonly release?: string;
  readonly storage: HostStorage;
  /** Origins whose pages may speak, letter for letter; `'null'` for pages from files. */
  readonly origins: readonly string[];
  /** The longest text that reaches the host, UTF-16 units. Default 0: any. */
  readonly maxChars?: number;
  readonly device?: DeviceInfo;
  readonly userAgent?: string;
  /** How long events wait for company, milliseconds. Default 5,000. Orders and conversions do not wait. */
  readonly flushIntervalMs?: number;
  /** How often the dwell of the shown screen is noted, so that a kill costs no more. Default 1,000. */
  readonly checkpointMs?: number;
  /** The most events that wait in the storage, own ones and pages'. Default 20,000. */
  readonly maxEvents?: number;
  /** What holds until the visitor decides. Default: nothing is decided, and events are tracked. */
  readonly consent?: ConsentByPurpose;
  /** Default: the engine's. */
  readonly fetch?: typeof fetch;
  /** Epoch milliseconds; may step. Default `Date.now`. */
  readonly wallMs?: () => number;
  /** Never steps; milliseconds since whenever. Default `performance.now`. */
  readonly monotonicMs?: () => number;
  /** Unpredictable bytes: nonces are secrets. Default `crypto.getRandomValues`. */
  readonly randomBytes?: (count: number) => Uint8Array;
  /** Default: the engine's. */
  readonly timers?: Timers;
}

export interface ShownScreen {
  /** How it came. Default `push`. */
  readonly way?: TransitionWay;
  readonly title?: string;
  /** The kind of screen, shared by many. */
  readonly template?: string;
  /** The page that it shows. */
  readonly showsPage?: PageChannel;
}

export type OrderFields = Omit<Order, Exclude<keyof EventBase, 'props'> | 'type'>;
export type ConversionFields = Omit<Conversion, keyof EventBase | 'type' | 'goal'>;

export interface HostHealth {
  /** Tracked or taken, and not yet acknowledged by the collector. */
  readonly queued: number;
  readonly delivered: number;
  /** Refused by the collector, which keeps them with the reason. */
  readonly rejected: number;
  /** What was given up, by reason; `unsent_message`, `unsayable` and `fault` count messages and calls, the others events. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Messages of pages that were heard. */
  readonly heard: number;
  /** Messages of pages that were not, by reason. */
  readonly refused: Readonly<Partial<Record<BridgeRefusal, number>>>;
  /** The collector does not know the key: nothing is sent until the app is configured anew. */
  readonly stopped: boolean;
}

/**
 * The native side of the bridge: visitor, session, consent and a durable queue, for native screens and all pages beside them.
 * No call throws into the app; what it could not do is counted in `health()`.
 */
export interface Host {
  /** A native screen is shown. */
  screen(name: string, shown?: ShownScreen): void;
  /** The app is in front of the visitor, as it is taken to be when the host is opened. */
  foreground(): void;
  /** The app is not in front any more, and may be killed. */
  background(): void;
  track(name: string, props?: Props): void;
  conversion(goal: string, fields?: ConversionFields): void;
  order(fields: OrderFields): void;
  identify(userId: string, traits?: Props): void;
  /** Somebody else uses the device from now on. What waits is still sent. */
  reset(): void;
  /** The visitor decided. Denied `analytics` deletes all that waits. */
  consent(purposes: ConsentByPurpose): void;
  /** A WebView was made. */
  connect(link: PageLink): PageChannel;
  /** Sends what waits; resolves when it is delivered or the attempt failed. */
  flush(): Promise<void>;
  health(): HostHealth;
  /** Ends the view, says `bye` to the pages, sends what waits. */
  close(): Promise<void>;
}
