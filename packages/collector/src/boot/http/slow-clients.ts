import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CutReason } from './guard-options.js';
import type { OverloadLimits } from './overload-limits.js';

export interface SlowClients {
  add(request: IncomingMessage, response: ServerResponse): void;
  remove(request: IncomingMessage): void;
  close(): void;
}

interface Watched {
  readonly response: ServerResponse;
  readonly startedAtMs: number;
  /** What the socket had brought when the request's headers were there. */
  readonly bytesBefore: number;
  endedAtMs: number | undefined;
}

/** A body may take so long before its rate is looked at: a phone that wakes up needs a moment. */
const GRACE_MS = 10_000;

/** Cuts off who sends a body drop by drop, and who does not read the answer. Headers are Node's own matter. */
export function watchSlowClients(limits: OverloadLimits, countCut: (reason: CutReason) => void): SlowClients {
  const watched = new Map<IncomingMessage, Watched>();

  function faultOf(request: IncomingMessage, entry: Watched, nowMs: number): CutReason | undefined {
    if (!request.complete) {
      const tookMs = nowMs - entry.startedAtMs;
      const bytes = request.socket.bytesRead - entry.bytesBefore;
      if (tookMs > GRACE_MS && bytes < (limits.minBodyBytesPerSecond * tookMs) / 1_000) return 'slow_body';
    }
    if (entry.response.writableEnded) {
      entry.endedAtMs ??= nowMs;
      if (nowMs - entry.endedAtMs > limits.answerTimeoutMs) return 'unread_answer';
    }
    return undefined;
  }

  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [request, entry] of watched) {
      const fault = faultOf(request, entry, nowMs);
      if (fault === undefined || request.socket.destroyed) continue;
      countCut(fault);
      request.socket.destroy();
    }
  }, limits.connectionCheckMs);
  timer.unref();

  return {
    add(request, response) {
      const { bytesRead } = request.socket;
      watched.set(request, { response, startedAtMs: performance.now(), bytesBefore: bytesRead, endedAtMs: undefined });
    },
    remove: (request) => void watched.delete(request),
    close: () => clearInterval(timer),
  };
}
