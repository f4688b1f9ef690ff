import type { TableState } from './entity-table.js';
import type { CandidateFlag } from './flag.js';

export type RiskAction =
  | 'login'
  | 'login_failed'
  | 'order'
  | 'order_cancelled'
  | 'interaction'
  | 'view'
  /** What a thief does first: a new payout account, a withdrawal, a new password. */
  | 'sensitive';

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
  /** A copy of all it remembers, for JSON. */
  readonly save: () => DetectorState;
  /** Entities forgotten to keep its memory bounded. */
  readonly evicted: () => number;
}
