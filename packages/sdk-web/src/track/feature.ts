import type { Ack, Campaign, Carrier, ConsentByPurpose, EventBase, EventType } from '@tidemark/protocol';
import type { Clock } from '../browser/clock.js';
import type { SmallStorage } from '../browser/small-storage.js';
import type { Sessions } from '../identity/session.js';
import type { Visitor } from '../identity/visitor.js';
import type { Emit, EventFields } from './event-fields.js';

/** What a view's beginning tells beside its address. */
export interface ViewStartFields {
  readonly campaign?: Campaign;
}

/** What a view's end tells beside its times. */
export interface ViewEndFields {
  readonly scrollDepthRatio?: number;
}

/** What is added to an event of any type. */
export type EventExtras = Pick<EventBase, 'logicalMs' | 'logicalCount'>;

/** How many events this one stands for, 1 or more; or the reason why it is not kept. */
export type Verdict = number | string;

/** What a feature is given of the client that it belongs to. Nothing here throws. */
export interface FeatureHost {
  readonly emit: Emit;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  /** Counts what could not be tracked, by reason, for `health()`. */
  readonly drop: (reason: string, count: number) => void;
  /** Short texts that outlive the page, where the visitor allows it. */
  readonly storage: Pick<SmallStorage, 'get' | 'set'>;
  readonly visitor: Pick<Visitor, 'id' | 'isKnown' | 'become'>;
  /** Called when a view begins, the first one included where it has not begun yet. */
  onView(listener: () => void): void;
  /** Asked when a view begins: what it returns goes into `page_view`. */
  atViewStart(read: () => ViewStartFields): void;
  /** Asked when a view ends, and once a second while it is visible: what it returns goes into `view_end`. */
  atViewEnd(read: () => ViewEndFields): void;
  /** Called when the page is hidden or left, before what waits is sent: the last chance to emit. May come more than once. */
  onHide(listener: () => void): void;
  /** Called when tracking begins: at the start, or when the visitor allows it. */
  onStart(listener: () => void): void;
  /** Asked of each event before it is kept. */
  judge(rule: (type: EventType, name: string | undefined) => Verdict): void;
  onAck(listener: (ack: Ack) => void): void;
  /** Asked of each event as it is written down: what it returns goes into it. */
  atEvent(read: (fields: EventFields) => EventExtras): void;
  /** Called when the visitor has decided. */
  onConsent(listener: () => void): void;
  readonly consent: {
    purposes(): ConsentByPurpose;
    decide(purposes: ConsentByPurpose): void;
  };
  readonly sessions: Pick<Sessions, 'peek' | 'become' | 'reset'>;
  /** Who is identified, and is from the next event on. */
  readonly user: {
    userId(): string | undefined;
    identify(userId: string): void;
    forget(): void;
  };
  /** Puts another way for batches in front of HTTP. While tracking begins, not later. */
  carry(wrap: (http: Carrier) => Carrier): void;
  /** Tries to send what waits, now. */
  send(): void;
  /** Asks the collector by GET. @returns the body, parsed; undefined without an answer of 200. */
  ask(kind: 'config'): Promise<unknown>;
  /** While disabled nothing is tracked and nothing sent; what waits stays. */
  setDisabled(disabled: boolean): void;
}

/**
 * Something that tracks by itself: `init({ features: [scrollDepth()] })`. Each is an import of its own, so that a page
 * carries only those it names. It begins when called, and ends when what it returned is called.
 */
export type Feature = (host: FeatureHost) => () => void;
