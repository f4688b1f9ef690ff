import type { CandidateFlag } from './flag.js';
import type { TablePiece, TableState } from './table-state.js';

export type RiskAction =
  | 'login'
  | 'login_failed'
  | 'order'
  | 'order_cancelled'
  | 'interaction'
  | 'view'
  /** What a thief does first: a new payout account, a withdrawal, a new password. */
  | 'sensitive'
  /** What nobody did, such as the end of a view: for {@link createFlagBank} alone, which shows it to what watches delivery and errors. */
  | 'passive';

/**
 * How long it takes a hand, or the mean of some times: to tap with a finger or pen, to press a mouse, to move it to the press, from
 * key to key on a screen and of a keyboard. Milliseconds; never what was tapped or typed, nor where.
 */
export type HandRhythm = Readonly<Partial<Record<'tap' | 'press' | 'move' | 'key' | 'keyboard', number>>>;

/** What the detectors see of an event. An empty id is an unknown one: nothing is counted for it. */
export interface RiskEvent {
  readonly atMs: number;
  readonly action: RiskAction;
  readonly userId: string;
  readonly deviceId: string;
  /** A pseudonym of the network address. */
  readonly address: string;
  readonly place?: RiskPlace;
  readonly order?: RiskOrder;
  /** Given back with the flags that it raises. */
  readonly eventId?: string;
  /** What says by itself that a program is at work. */
  readonly automation?: Automation;
  readonly rhythm?: HandRhythm;
  /** Where it happened: only the same surface is compared. */
  readonly surface?: string;
  /** Of views: the kind of page, where it has one; else its path, or the name of the screen. */
  readonly template?: string;
  readonly page?: string;
  /** An order form was filled in; an order that is placed ends it. */
  readonly step?: 'begun';
  readonly release?: string;
  /** Of views and errors: whether something threw; of views: whether they came without title and template. */
  readonly isError?: boolean;
  readonly isNameless?: boolean;
  readonly delivery?: RiskDelivery;
  /** Where it is there the event is none: it stands for what was left out, and is shown to the watch over that alone. */
  readonly leftOut?: RiskLeftOut;
  /** Of the first event of a delivery: false; of one that stands for what of a delivery was refused: true. */
  readonly isRefused?: boolean;
}

/** The agent says that it is a bot, is one without a window, or the browser says that it is driven. */
export type Automation = 'declared_bot' | 'headless' | 'webdriver';

/** How an event that was taken came. */
export interface RiskDelivery {
  /** The device's number for it; counts up by one. */
  readonly seq: number;
  /** By the collector's clock. */
  readonly receivedMs: number;
  /** Device clock ahead of the collector's when it was sent, milliseconds. */
  readonly skewMs: number;
}

/** What of a device's deliveries was not taken. */
export interface RiskLeftOut {
  /** By the collector's clock. */
  readonly receivedMs: number;
  /** Events that were refused since a field is of a wrong type. */
  readonly mistyped?: number;
  readonly copies?: RiskCopies;
}

/** Events that had been taken before, of one delivery or several within seconds. */
export interface RiskCopies {
  /** Of whose numbers these are. */
  readonly queueId: string;
  /** The lowest of their numbers, and in how many of these deliveries it was. */
  readonly first: number;
  readonly times: number;
  /** How many events had been taken more than an hour before, and the highest number of these. */
  readonly kept: number;
  readonly keptLast: number;
}

/** Where an address lies, as far as a table of addresses knows. */
export interface RiskPlace {
  readonly latitude: number;
  readonly longitude: number;
  /** Radius within which it may be, kilometres. */
  readonly accuracyKm: number;
  /** For display only: no detector reads it. */
  readonly country: string;
}

export interface RiskOrder {
  readonly productId: string;
  readonly side: 'subscribe' | 'sell';
  /** In the workspace's currency. */
  readonly amount: number;
}

/** All a detector remembers, table by table: plain data, whose content is the detector's own affair. */
export type DetectorState = Readonly<Record<string, TableState<unknown, string | number>>>;

/** Looks at one event after another; knows the past alone. */
export interface RiskDetector {
  readonly observe: (event: RiskEvent) => readonly CandidateFlag[];
  /**
   * Finds what did not happen. To be called about once a minute, as long as whatever comes is observed at once: time that passes
   * otherwise is nobody's silence.
   */
  readonly tick: (nowMs: number) => readonly CandidateFlag[];
  /** A copy of all it remembers, for JSON. */
  readonly save: () => DetectorState;
  /** The same little by little, as it takes several times the memory at once; nothing may be observed until the last. */
  readonly pieces: () => Iterable<TablePiece>;
  /** Entities forgotten to keep its memory bounded. */
  readonly evicted: () => number;
  /** Views of pages that are not watched, to keep it so. */
  readonly unwatched: () => number;
}
