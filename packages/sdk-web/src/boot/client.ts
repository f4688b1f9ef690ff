import type { ConsentByPurpose, EventBase, Order, Props, Surface } from '@tidemark/protocol';
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
}

/** An order without what the SDK adds by itself. */
export type OrderFields = Omit<Order, keyof EventBase | 'type'>;

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
}

/** Each call returns at once and never throws into the page; what it could not do is counted in `health()`. */
export interface Client {
  track(name: string, props?: Props): void;
  /** A view that is no change of the address. */
  page(fields?: ViewFields): void;
  click(target: string, props?: Props): void;
  formStart(form: string): void;
  exposure(module: string, fields?: { readonly visibleRatio?: number; readonly visibleMs?: number }): void;
  conversion(goal: string, fields?: { readonly amount?: number; readonly currency?: string }): void;
  order(fields: OrderFields): void;
  identify(userId: string, traits?: Props): void;
  consent(purposes: ConsentByPurpose): void;
  /** Sends what waits; resolves when it is delivered or the attempt failed. */
  flush(): Promise<void>;
  health(): Health;
  /** Ends the view, sends what waits, and gives the page back as it was. */
  close(): Promise<void>;
}
