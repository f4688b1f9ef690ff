import type { RiskAction, RiskCopies, RiskEvent } from '@tidemark/analytics/anomalies';
import type { Posted } from '@tidemark/analytics/simulator';
import { type EventBatch, LIMITS, type TrackedEvent } from '@tidemark/protocol';
import { isbot } from 'isbot';

/** An event as the detectors see it, and the session it is of. */
export interface SeenEvent {
  readonly event: RiskEvent;
  readonly sessionId: string;
}

/** When each number of a queue was taken. */
type TakenAt = Map<number, number>;

const ACTIONS: Readonly<Partial<Record<TrackedEvent['type'], RiskAction>>> = {
  page_view: 'view',
  screen_view: 'view',
  click: 'interaction',
  form_start: 'interaction',
  conversion: 'interaction',
  identify: 'login',
};
const RHYTHMS = [
  ['tapMs', 'tap'],
  ['pressMs', 'press'],
  ['moveMs', 'move'],
] as const;
const HOUR_MS = 3_600_000;
const SENSITIVE: readonly string[] = ['payout_account_changed', 'withdrawal_requested'];

/**
 * Reads batches in the order in which they come, as a collector would: times corrected by the clock of the device, copies
 * recognised by number, the network of a device known from its last sign-in.
 */
export function createSimulatedEvents(): (posted: Posted) => readonly SeenEvent[] {
  const networks = new Map<string, string>();
  const seen = new Map<string, TakenAt>();
  return ({ batch, at }) => {
    if (!('sentAt' in batch)) return [];
    const { sessionId, visitorId } = batch.context;
    const queue = String(batch.context.queueId);
    const takenAt: TakenAt = seen.get(queue) ?? new Map();
    seen.set(queue, takenAt);
    const skewMs = batch.sentAt - at;
    const automation = automationOf(batch);
    const found: SeenEvent[] = [];
    const good = batch.events.filter((one) => !isRefused(one) && !isMistyped(one));
    const standIn = { atMs: at, action: 'passive', userId: '', deviceId: '', address: '' } as const;
    if (good.length < batch.events.length) found.push({ sessionId, event: { ...standIn, isRefused: true } });
    const mistyped = batch.events.filter(isMistyped).length;
    const copies = copiesOf(queue, good, takenAt, at);
    if (mistyped > 0 || copies) {
      const leftOut = { receivedMs: at, mistyped, ...(copies && { copies }) };
      found.push({ sessionId, event: { ...standIn, deviceId: visitorId, leftOut } });
    }
    const taken = good.filter(({ seq }) => !takenAt.has(seq));
    for (const [i, one] of taken.entries()) {
      takenAt.set(one.seq, at);
      const { action, ...more } = told(one);
      const props = 'props' in one ? (one.props ?? {}) : {};
      if (typeof props.networkId === 'string') networks.set(visitorId, props.networkId);
      const { account, latitude, longitude } = props;
      const userId = typeof account === 'string' ? account : (batch.context.userId ?? '');
      found.push({
        sessionId,
        event: {
          atMs: one.occurredAt - skewMs,
          action,
          userId,
          deviceId: visitorId,
          address: networks.get(visitorId) ?? '',
          eventId: one.eventId,
          surface: batch.context.surface,
          release: batch.context.release ?? '',
          ...more,
          ...(i === 0 && { isRefused: false }),
          ...(automation && { automation }),
          ...rhythmOf(props),
          ...(typeof latitude === 'number' &&
            typeof longitude === 'number' && { place: { latitude, longitude, accuracyKm: 20, country: '' } }),
          delivery: { seq: one.seq, receivedMs: at, skewMs },
        },
      });
    }
    return found;
  };
}

function isRefused(event: TrackedEvent): boolean {
  return event.type === 'custom' && event.name.length > LIMITS.nameLength;
}

/** The reference of an order is a number: what the simulator's broken app writes there stands for a field of a wrong type. */
function isMistyped(event: TrackedEvent): boolean {
  const reference = 'props' in event ? event.props?.reference : undefined;
  return reference !== undefined && typeof reference !== 'number';
}

function copiesOf(
  queueId: string,
  events: readonly TrackedEvent[],
  takenAt: TakenAt,
  at: number,
): RiskCopies | undefined {
  const seqs = events.map(({ seq }) => seq).filter((seq) => takenAt.has(seq));
  if (seqs.length === 0) return undefined;
  const kept = seqs.filter((seq) => at - (takenAt.get(seq) ?? at) > HOUR_MS);
  return { queueId, first: Math.min(...seqs), times: 1, kept: kept.length, keptLast: Math.max(0, ...kept) };
}

function told(
  event: TrackedEvent,
): Pick<RiskEvent, 'action' | 'order' | 'step' | 'isError' | 'isNameless' | 'template' | 'page'> {
  if (event.type === 'order') {
    if (event.phase === 'intent') return { action: 'interaction', step: 'begun' };
    const { productId, side, shares = 0, price = 0 } = event;
    const order = { productId, side, amount: shares * price };
    return { action: event.phase === 'cancelled' ? 'order_cancelled' : 'order', order };
  }
  if (event.type === 'custom') {
    if (event.name === 'login') return { action: event.props?.outcome === 'failure' ? 'login_failed' : 'login' };
    return { action: SENSITIVE.includes(event.name) ? 'sensitive' : 'interaction' };
  }
  if (event.type === 'page_view' || event.type === 'screen_view') {
    const name = event.template === undefined ? { page: event.page } : { template: event.template };
    return { action: 'view', isNameless: event.template === undefined, isError: false, ...name };
  }
  if (event.type === 'error') return { action: 'passive', isError: true };
  return { action: ACTIONS[event.type] ?? 'passive' };
}

function rhythmOf(props: Readonly<Record<string, unknown>>): Pick<RiskEvent, 'rhythm'> {
  const found = RHYTHMS.flatMap(([prop, rhythm]) => {
    const ms = props[prop];
    return typeof ms === 'number' ? [[rhythm, ms]] : [];
  });
  return found.length === 0 ? {} : { rhythm: Object.fromEntries(found) };
}

function automationOf({ context: { userAgent = '', device } }: EventBatch): RiskEvent['automation'] | undefined {
  if (device && 'webdriver' in device && device.webdriver) return 'webdriver';
  if (userAgent.includes('Headless')) return 'headless';
  return isbot(userAgent) ? 'declared_bot' : undefined;
}
