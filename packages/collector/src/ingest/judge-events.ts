import { brandId, LIMITS, NUMBERED_DROPS, type Rejection, type SdkHealth, type TrackedEvent } from '@tidemark/protocol';
import type { EventVerdict } from '../validate/check-event.js';
import type { Fault } from '../validate/compile-check.js';
import type { Told } from './seen-events.js';

/** The events of one batch, looked at one by one, so that a bad one falls alone. */
export interface Judged {
  readonly good: readonly { readonly event: TrackedEvent; readonly index: number }[];
  readonly rejections: Rejection[];
  /** For the books of the queue. */
  readonly told: Told;
}

const EVENT_ID_KEPT = 64;

/** @param refuse - says why something is not to be taken whether it is good or not. */
export function judgeEvents(
  values: readonly unknown[],
  checkEvent: (value: unknown) => EventVerdict,
  refuse: (value: unknown) => Fault | undefined = () => undefined,
): Judged {
  const good: Judged['good'][number][] = [];
  const rejections: Rejection[] = [];
  const rejected: number[] = [];
  const drops = new Map<number, number>();
  for (const [index, value] of values.entries()) {
    const verdict = checkEvent(value);
    const fault = refuse(value) ?? (verdict.kind === 'good' ? undefined : verdict.fault);
    if (verdict.kind === 'good' && !fault) {
      const { event } = verdict;
      good.push({ event, index });
      if (event.type === 'sdk_health') drops.set(event.seq, numberedDrops(event));
    } else if (fault) {
      const { seq } = (value ?? {}) as { readonly seq?: unknown }; // may be anything
      rejections.push(rejectionOf(value, index, fault));
      if (isSeq(seq)) rejected.push(seq);
    }
  }
  return { good, rejections, told: { rejected, drops } };
}

/** @param value - the event as it came: anything. */
export function rejectionOf(value: unknown, index: number, fault: Fault): Rejection {
  const { eventId } = (value ?? {}) as { readonly eventId?: unknown };
  const id = typeof eventId === 'string' ? eventId.slice(0, EVENT_ID_KEPT) : '';
  return { index, eventId: brandId(id), ...fault };
}

/** Only what had a number in the queue is missing from it. */
function numberedDrops({ dropped }: SdkHealth): number {
  return NUMBERED_DROPS.reduce((sum, reason) => sum + (dropped[reason] ?? 0), 0);
}

function isSeq(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LIMITS.seqMax;
}
