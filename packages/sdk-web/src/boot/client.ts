import type { ConsentByPurpose, EventBase, Order, Props, Surface } from '@tidemark/protocol';
import type { SealQueue } from '../queue/seal-queue.js';
import type { Feature } from '../track/feature.js';
import type { ViewFields } from '../track/views.js';

export interface InitOptions {
  /** Base address of the collector. */
  readonly endpoint: string;
  /** A public write key, `tm_pk_...`. */
  readonly writeKey: string;
  /** Which of the workspace's apps this is. Default `web`. */
  readonly appId?: string;
  /** Version of the app. */
  readonly release?: string;
  /** Default `h5`. */
  readonly surface?: Surface;
  /** How long events wait for company, milliseconds. Default 5,000. Orders and conversions do not wait. */
  readonly flushIntervalMs?: number;
  /** Page views and dwell by themselves, on each change of the address. Default true. */
  readonly automaticViews?: boolean;
  /**
   * Names a view by its path: one `page` for many addresses (`/orders/:id`), a `template`, a `title`.
   * What it leaves out is taken from the page itself.
   */
  readonly describeView?: (path: string) => ViewFields;
  /** What tracks by itself beside page views: `scrollDepth()`, `clicks()`, `webVitals()`... Default none. */
  readonly features?: readonly Feature[];
  /** The most that waits on the device, bytes. Default 5 MiB, and never more than a tenth of what the browser grants. */
  readonly maxQueueBytes?: number;
  /** A session ends at midnight of the device's time zone, too. Default false. */
  readonly endSessionAtMidnight?: boolean;
  /** Parameters of addresses that are kept; all others are cut off before anything is written. Default none. */
  readonly keepQuery?: readonly string[];
  /** Applied to titles, addresses, messages and props before anything is written: `maskPersonalData`, or the app's own. */
  readonly mask?: (text: string) => string;
  /** `encryptAtRest()`: events lie encrypted on the device. */
  readonly encryption?: SealQueue;
  /**
   * What holds until the visitor decides. `granted` (the default) tracks; `unknown` keeps events in memory alone and
   * sends nothing until `consent()` says so.
   */
  readonly consent?: 'granted' | 'unknown';
  /** Whether Global Privacy Control denies marketing. Default true. */
  readonly honourGpc?: boolean;
  /** Whether Do Not Track denies all purposes. Default false. */
  readonly honourDnt?: boolean;
  /** Lets the collector remember the visitor in a cookie of its own, where it is of the page's site and lists its origin. Default false. */
  readonly cookie?: boolean;
  /** Default: the page's own, as it was when `init` was called. */
  readonly fetch?: typeof fetch;
}

/** An order without what the SDK adds by itself. */
export type OrderFields = Omit<Order, Exclude<keyof EventBase, 'props'> | 'type'>;

/** One request of late. */
export interface RequestRecord {
  /** Epoch milliseconds when it left. */
  readonly at: number;
  readonly kind: 'batch' | 'acks' | 'config';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Of the body sent. */
  readonly bytes: number;
  readonly tookMs: number;
}

export interface ClockHealth {
  /** Collector's clock minus device's clock; undefined before the first answer. */
  readonly offsetMs?: number;
  /** The offset is right within this. */
  readonly errorMs?: number;
  /** How often the device's clock was set while the page was open. */
  readonly steps: number;
}

export interface Health {
  /** Tracked and not yet acknowledged, as of the last look. */
  readonly queued: number;
  /** Acknowledged since the page began. */
  readonly delivered: number;
  /** Refused by the collector, which keeps them with the reason. */
  readonly rejected: number;
  /** Never sent, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly storage: 'indexeddb' | 'memory';
  /** The collector does not know the key; nothing is sent until the page is configured anew. */
  readonly stopped: boolean;
  /** `disabled`: the operator switched tracking off from afar. */
  readonly consent: 'granted' | 'denied' | 'unknown' | 'disabled';
  readonly clock: ClockHealth;
  /** The last twenty, oldest first. */
  readonly requests: readonly RequestRecord[];
}

/** Names of an app's events and the props of each; without it, any. */
export type EventProps = Readonly<Record<string, Props | undefined>>;

/** Each call returns at once and never throws into the page; what it could not do is counted in `health()`. */
export interface Client<E extends { readonly [N in keyof E]: Props | undefined } = EventProps> {
  track<N extends keyof E & string>(name: N, ...props: undefined extends E[N] ? [props?: E[N]] : [props: E[N]]): void;
  /** A view that is no change of the address. */
  page(fields?: ViewFields): void;
  click(target: string, props?: Props): void;
  formStart(form: string): void;
  exposure(module: string, fields?: { readonly visibleRatio?: number; readonly visibleMs?: number }): void;
  conversion(goal: string, fields?: { readonly amount?: number; readonly currency?: string }): void;
  order(fields: OrderFields): void;
  identify(userId: string, traits?: Props): void;
  /** This device was known under another visitor id: their histories are one. */
  alias(previousVisitorId: string): void;
  /** Somebody else uses the device from now on: a new visitor, a new session, no user. What waits is still sent. */
  reset(): void;
  consent(purposes: ConsentByPurpose): void;
  /** Sends what waits; resolves when it is delivered or the attempt failed. */
  flush(): Promise<void>;
  health(): Health;
  /** Ends the view, sends what waits, and gives the page back as it was. What is tracked after this call is dropped, and counted. */
  close(): Promise<void>;
}
