import type { RejectionReason } from '../ack.js';
import type { EventBatch } from '../batch.js';
import type { ConsentByPurpose } from '../events/identity.js';
import type { TransitionWay } from '../events/views.js';
import type { BatchId, EpochMs, EventId, SessionId, VisitorId } from '../ids.js';
import type { Stamp } from './logical-clock.js';

/** What every message carries. A page and the host beside it each count their own messages, from 1. */
interface MessageBase {
  /** Version of this protocol. */
  readonly tidemark: 1;
  /** The receiver's secret: of the page in messages to it, of the host in messages to it. In `hello` the page tells its own. */
  readonly nonce: string;
  /** Number of the message in its direction since the `hello`; a second one of that number is a copy. */
  readonly n: number;
  /** When it left, by the sender's logical clock. */
  readonly at: Stamp;
}

/** Who the visitor is, and in which session. */
export interface BridgeIdentity {
  readonly visitorId: VisitorId;
  /** Absent when nobody is identified. */
  readonly userId?: string;
  readonly sessionId: SessionId;
  readonly sessionStartedAt: EpochMs;
}

/** The page's first word, and its first word after each reload: begins the numbering anew. */
export interface Hello extends MessageBase, BridgeIdentity {
  readonly type: 'hello';
  /** Versions of this protocol that the page speaks. */
  readonly versions: readonly number[];
  /** The longest message the page takes, UTF-16 units; 0 for any. */
  readonly maxChars: number;
  /** The page's wall clock when it was loaded: what happened since, and before the welcome, is the native session's. */
  readonly pageStartedAt: EpochMs;
  /** The page's wall clock when this left. */
  readonly sentAt: EpochMs;
  readonly userAgent: string;
}

/** The host's answer: from here on one visitor, one session, one clock. */
export interface Welcome extends MessageBase, BridgeIdentity {
  readonly type: 'welcome';
  readonly version: 1;
  /** The host's secret, for every message to come. */
  readonly hostNonce: string;
  /** The longest message the host takes, UTF-16 units; 0 for any. Longer ones come in parts. */
  readonly maxChars: number;
  /** What this host can do beyond version 1; unknown words mean nothing. */
  readonly capabilities: readonly string[];
  readonly consent: ConsentByPurpose;
  /** The native screen that the page lies on. */
  readonly screen?: string;
}

/** Page to host: these are yours now, if you say so. */
export interface BatchMessage extends MessageBase {
  readonly type: 'batch';
  readonly batch: EventBatch;
}

/** Host to page: these lie in the host's durable queue, or can never be taken. */
export interface AckMessage extends MessageBase {
  readonly type: 'ack';
  readonly batchId: BatchId;
  readonly eventIds: readonly EventId[];
  readonly rejected: readonly { readonly eventId: EventId; readonly reason: RejectionReason }[];
}

export const NACK_REASONS = ['busy', 'full', 'too_large', 'invalid_batch', 'denied'] as const;
/**
 * Why a host takes nothing of a batch. `busy`: later. `full`: no room, later. `too_large`: in smaller ones.
 * `invalid_batch`: never. `denied`: the visitor forbids it.
 */
export type NackReason = (typeof NACK_REASONS)[number];

export interface NackMessage extends MessageBase {
  readonly type: 'nack';
  readonly batchId: BatchId;
  readonly reason: NackReason;
  /** For `busy` and `full`: not before. */
  readonly afterMs?: number;
}

/** Either side: somebody was identified, forgotten, or a session began. The later one by `at` holds. */
export interface IdentityMessage extends MessageBase, BridgeIdentity {
  readonly type: 'identity';
}

/** Either side: the visitor decided. The later one by `at` holds. */
export interface ConsentMessage extends MessageBase {
  readonly type: 'consent';
  readonly purposes: ConsentByPurpose;
}

/** Host to page: what the device shows now. */
export interface ScreenMessage extends MessageBase {
  readonly type: 'screen';
  readonly screen: string;
  readonly way: TransitionWay;
  /** Whether that screen shows the page. */
  readonly visible: boolean;
}

/** Page to host: what the page shows now, so that the next native screen knows what it came from. */
export interface ViewMessage extends MessageBase {
  readonly type: 'view';
  readonly page: string;
  readonly template?: string;
  /** Modules of which half was seen for a second. */
  readonly modules: readonly string[];
}

/** Either side: are you there? The other says `pong`. */
export interface PingMessage extends MessageBase {
  readonly type: 'ping' | 'pong';
}

/** Either side: no more from here. */
export interface ByeMessage extends MessageBase {
  readonly type: 'bye';
}

/** A piece of a message that is longer than the receiver takes. */
export interface PartMessage extends MessageBase {
  readonly type: 'part';
  /** `n` of the message it is a piece of. */
  readonly of: number;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  readonly text: string;
}

export type ToHost =
  | Hello
  | BatchMessage
  | IdentityMessage
  | ConsentMessage
  | ViewMessage
  | PingMessage
  | ByeMessage
  | PartMessage;

export type ToPage =
  | Welcome
  | AckMessage
  | NackMessage
  | IdentityMessage
  | ConsentMessage
  | ScreenMessage
  | PingMessage
  | ByeMessage
  | PartMessage;

export type BridgeMessage = ToHost | ToPage;

export const BRIDGE_LIMITS = {
  /** Of a message, whole; a longer one is refused. */
  messageChars: 1_048_576,
  /** Brackets within brackets. */
  depth: 8,
  /** Of a message in parts. */
  parts: 1_024,
  /** Messages that are incomplete at the same time, of one page; then the oldest is given up. */
  incomplete: 4,
  /** After this a host that said nothing is taken for absent. */
  welcomeWithinMs: 1_500,
  /** After this a batch is taken to HTTP, or to the host that comes back. */
  ackWithinMs: 5_000,
} as const;
