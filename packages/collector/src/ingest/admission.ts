import type { IncomingMessage } from 'node:http';
import { LIMITS } from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';

/** What a request holds while it is answered: questions wait for the store, listeners stay. */
export type RequestKind = 'request' | 'read' | 'listener';

/** Why a request was turned away before anything of it was done. */
export const SHED_REASONS = ['requests', 'reads', 'listeners', 'bytes', 'event_loop'] as const;
export type ShedReason = (typeof SHED_REASONS)[number];

export interface AdmissionLimits {
  readonly maxConcurrentRequests: number;
  readonly maxConcurrentReads: number;
  readonly maxLiveListeners: number;
  readonly maxBytesInFlight: number;
  readonly maxEventLoopDelayMs: number;
}

export interface AdmissionOptions {
  readonly limits: AdmissionLimits;
  /** Bytes that were accepted and are not on disk yet. */
  readonly pendingBytes: () => number;
  /** How long the event loop has been busy without a pause, milliseconds. */
  readonly loopDelayMs: () => number;
  readonly countShed: (reason: ShedReason) => void;
}

/** Keeps memory bounded whatever comes: counts what is under way, and says no before a body is read. */
export interface Admission {
  /** Takes a request in, or says why not. One that is taken in is given back with `leave`. */
  enter(request: IncomingMessage, kind: RequestKind): ShedReason | undefined;
  leave(request: IncomingMessage): void;
  /**
   * The request is about to hold so many bytes altogether: asked before the work, since to refuse after it is to have
   * done it for nothing.
   *
   * @throws {HttpProblem} `busy` when that is more than there is room for; it then holds what it held.
   */
  reserve(request: IncomingMessage, bytes: number): void;
  /** What it turned out to hold. */
  settle(request: IncomingMessage, bytes: number): void;
  bytesInFlight(): number;
  count(kind: RequestKind): number;
}

const BUSY_RETRY_SECONDS = 2;

/** The most that deflate packs. @see zlib, "Technical Details": 1032 to 1. */
const DEFLATE_RATIO_MAX = 1_032;
/** A text, what it parses to, and its rows, measured on batches of fifty events. */
const PARSED_RATIO = 3;

export function createAdmission(options: AdmissionOptions): Admission {
  const { limits, countShed } = options;
  const held = new WeakMap<IncomingMessage, { readonly kind: RequestKind; bytes: number }>();
  const counts: Record<RequestKind, number> = { request: 0, read: 0, listener: 0 };
  const most: Record<RequestKind, number> = {
    request: limits.maxConcurrentRequests,
    read: limits.maxConcurrentReads,
    listener: limits.maxLiveListeners,
  };
  const reasons = { request: 'requests', read: 'reads', listener: 'listeners' } as const;
  let bytesHeld = 0;

  const bytesInFlight = () => bytesHeld + options.pendingBytes();

  function obstacle(kind: RequestKind, bytes: number): ShedReason | undefined {
    if (counts[kind] >= most[kind]) return reasons[kind];
    if (counts.request + counts.read >= limits.maxConcurrentRequests) return 'requests';
    if (bytes > 0 && bytesInFlight() + bytes > limits.maxBytesInFlight) return 'bytes';
    if (options.loopDelayMs() > limits.maxEventLoopDelayMs) return 'event_loop';
    return undefined;
  }

  function settle(entry: { bytes: number }, bytes: number): void {
    bytesHeld += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  return {
    enter(request, kind) {
      const bytes = readBytes(announcedBytes(request));
      const reason = obstacle(kind, bytes);
      if (reason !== undefined) {
        countShed(reason);
        return reason;
      }
      held.set(request, { kind, bytes });
      counts[kind]++;
      bytesHeld += bytes;
      return undefined;
    },
    leave(request) {
      const entry = held.get(request);
      if (!entry) return;
      held.delete(request);
      counts[entry.kind]--;
      bytesHeld -= entry.bytes;
    },
    reserve(request, bytes) {
      const entry = held.get(request);
      if (!entry) return; // it came by another way than the server, or its sender has gone
      if (bytes > entry.bytes && bytesInFlight() - entry.bytes + bytes > limits.maxBytesInFlight) {
        countShed('bytes');
        throw new HttpProblem('busy', 'The collector has its hands full; try again later.', {
          retryAfterSeconds: BUSY_RETRY_SECONDS,
        });
      }
      settle(entry, bytes);
    },
    settle(request, bytes) {
      const entry = held.get(request);
      if (entry) settle(entry, bytes);
    },
    bytesInFlight,
    count: (kind) => counts[kind],
  };
}

/** What may come: the length that was announced, or the most that is taken when none was. */
export function announcedBytes({ headers }: Pick<IncomingMessage, 'headers'>): number {
  if (headers['transfer-encoding'] !== undefined) return LIMITS.wireBytes;
  return Math.min(Number(headers['content-length'] ?? 0) || 0, LIMITS.wireBytes); // above it, nothing is received
}

/** The most that a packed body of so many bytes can take up while it is unpacked. */
export function unpackedAtMost(wireBytes: number): number {
  return wireBytes + Math.min(LIMITS.bodyBytes, DEFLATE_RATIO_MAX * wireBytes);
}

/**
 * What a body holds from when it was read until it is answered.
 *
 * @param textBytes - once unpacked; as it came when it was not packed.
 */
export function readBytes(wireBytes: number, textBytes = wireBytes): number {
  return wireBytes + PARSED_RATIO * textBytes;
}
