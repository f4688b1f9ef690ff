import type { RiskAction, RiskEvent } from '@tidemark/analytics/anomalies';
import type { Posted } from '@tidemark/analytics/simulator';
import { type EventBatch, LIMITS, type TrackedEvent } from '@tidemark/protocol';
import { isbot } from 'isbot';

/** An event as the detectors see it, and the session it is of. */
export interface SeenEvent {
  readonly event: RiskEvent;
  readonly sessionId: string;
}

/** Numbers that were seen of a queue: all below `next`, and some beyond. */
interface Numbers {
  next: number;
  readonly later: Set<number>;
}

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
const SENSITIVE: readonly string[] = ['payout_account_changed', 'withdrawal_requested'];

/**
 * Reads batches in the order in which they come, as a collector would: times corrected by the clock of the device, copies
 * recognised by number, the network of a device known from its last sign-in.
 */
export function createSimulatedEvents(): (posted: Posted) => readonly SeenEvent[] {
  const networks = new Map<string, string>();
  const seen = new Map<string, Numbers>();
  return ({ batch, at }) => {
    if (!('sentAt' in batch)) return [];
    const { sessionId, visitorId } = batch.context;
    const queue = String(batch.context.queueId);
    const numbers = seen.get(queue) ?? { next: 1, later: new Set() };
    seen.set(queue, numbers);
    const skewMs = batch.sentAt - at;
    const automation = automationOf(batch);
    const found: SeenEvent[] = [];
    const taken = batch.events.filter((one) => !isRefused(one));
    if (taken.length < batch.events.length) {
      const nobody = { userId: '', deviceId: '', address: '' };
      found.push({ sessionId, event: { atMs: at, action: 'passive', ...nobody, isRefused: true } });
    }
    for (const [i, one] of taken.entries()) {
      const isCopy = !isNew(numbers, one.seq);
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
          delivery: {
            seq: one.seq,
            receivedMs: at,
            skewMs,
            isCopy,
            isMistyped: props.reference !== undefined && typeof props.reference !== 'number',
          },
        },
      });
    }
    return found;
  };
}

function isRefused(event: TrackedEvent): boolean {
  return event.type === 'custom' && event.name.length > LIMITS.nameLength;
}

function isNew(numbers: Numbers, seq: number): boolean {
  if (seq < numbers.next || numbers.later.has(seq)) return false;
  numbers.later.add(seq);
  while (numbers.later.delete(numbers.next)) numbers.next++;
  return true;
}

function told(event: TrackedEvent): Pick<RiskEvent, 'action' | 'order' | 'step' | 'isError' | 'isNameless'> {
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
    return { action: 'view', isNameless: event.template === undefined, isError: false };
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
