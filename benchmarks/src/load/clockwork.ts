import { type EventBatch, type EventId, PROTOCOL_VERSION } from '@tidemark/protocol';
import type { Random } from './random.js';
import { seededId } from './seeded-ids.js';

/** As many clicks, a second apart, as the detector of scripted timing needs to be sure. */
const CLICKS = 25;
const GAP_MS = 1_000;

/** All clicks of one device that works like a clock: the last one raises a flag about its visitor. */
export function clockworkDevice(random: Random, nowMs: number): EventBatch {
  const startedMs = nowMs - CLICKS * GAP_MS;
  return {
    v: PROTOCOL_VERSION,
    batchId: seededId(random, nowMs),
    sentAt: nowMs,
    context: {
      appId: 'fund-shop',
      surface: 'h5',
      sdk: { name: 'clockwork', version: '1' },
      queueId: seededId(random, startedMs),
      visitorId: seededId(random, startedMs),
      sessionId: seededId(random, startedMs),
      sessionStartedAt: startedMs,
    },
    events: Array.from({ length: CLICKS }, (_, n) => ({
      type: 'click' as const,
      target: 'buy',
      eventId: seededId<EventId>(random, startedMs),
      seq: n + 1,
      occurredAt: startedMs + (n + 1) * GAP_MS,
    })),
  };
}
