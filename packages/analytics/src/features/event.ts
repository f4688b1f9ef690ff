import type { EpochMs, SubjectKind } from '@tidemark/protocol';

/** What a feature is about. */
export const SUBJECT_KINDS = [
  'visitor',
  'user',
  'organisation',
  'device',
  'product',
  'page',
  'workspace',
] as const satisfies readonly SubjectKind[];
export type { SubjectKind };

/** One event as the oracles read it: a row of the store's table `events`, cut to what features need. Texts are empty, numbers 0
 * and ids zero where the event has none. */
export interface FeatureEvent {
  readonly eventId: string;
  readonly type: string;
  /** Goal, target or name, as the column `name` has it. */
  readonly name: string;
  /** By the device: what windows and days go by, as in the reports. */
  readonly occurredAtMs: EpochMs;
  readonly receivedAtMs: EpochMs;
  readonly correctedAtMs: EpochMs;
  readonly clockSkewMs: number;
  readonly historical: boolean;
  readonly seq: number;
  readonly queueId: string;
  readonly visitorId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly accountId: string;
  readonly surface: string;
  readonly page: string;
  readonly template: string;
  readonly way: string;
  readonly dwellMs: number;
  readonly visibleMs: number;
  readonly depthRatio: number;
  readonly amount: number;
  readonly currency: string;
  readonly orderId: string;
  readonly productId: string;
  readonly side: string;
  readonly phase: string;
  readonly shares: number;
  readonly price: number;
  /** Of a macro point: its value, the start of its period (0 for any other event) and its revision. */
  readonly value: number;
  readonly periodAtMs: EpochMs;
  readonly revision: number;
  readonly ipPrefix: string;
  readonly country: string;
  readonly isBot: boolean;
}

export const NO_ID = '00000000-0000-0000-0000-000000000000';
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** Events before this are not looked at: no window is longer, and an age is at most this. */
export const LOOKBACK_MS = 365 * DAY_MS;

/** What a person does, as opposed to what page and SDK report by themselves. Timing and habits are measured on these. */
const ACT_TYPES: ReadonlySet<string> = new Set([
  'page_view',
  'screen_view',
  'click',
  'form_start',
  'outbound_link',
  'download',
  'conversion',
  'order',
  'custom',
]);

export function isAct({ type }: FeatureEvent): boolean {
  return ACT_TYPES.has(type);
}

export function isView({ type }: Pick<FeatureEvent, 'type'>): boolean {
  return type === 'page_view' || type === 'screen_view';
}

/** A wish to trade that was placed: the first that others and the market can see of an order. */
export function isPlaced({ type, phase }: Pick<FeatureEvent, 'type' | 'phase'>): boolean {
  return type === 'order' && phase === 'placed';
}

/** A day in the market's zone, counted from 1970. */
export function dayOf(atMs: EpochMs, utcOffsetMs: number): number {
  return Math.floor((atMs + utcOffsetMs) / DAY_MS);
}

/** Hour of the week in the market's zone, 0 is Monday 00:00 to 01:00. */
export function hourOfWeek(atMs: EpochMs, utcOffsetMs: number): number {
  const hours = Math.floor((atMs + utcOffsetMs) / HOUR_MS) + 3 * 24; // 1970-01-01 was a Thursday
  return ((hours % 168) + 168) % 168;
}

/** The id by which an event belongs to a subject of a kind; undefined when to none. */
export function subjectOf(event: FeatureEvent, kind: Exclude<SubjectKind, 'workspace'>): string | undefined {
  const id = {
    visitor: event.visitorId,
    user: event.userId,
    organisation: event.accountId,
    device: event.queueId,
    product: event.productId,
    page: event.page,
  }[kind];
  return id === '' || id === NO_ID ? undefined : id;
}

/** Who did it: the user, or the visitor who has not told; undefined for neither. */
export function personOf(event: FeatureEvent): string | undefined {
  return subjectOf(event, 'user') ?? subjectOf(event, 'visitor');
}

/** Each event once, in order of time; those of one moment by their number in the queue, then by id. */
export function distinctInOrder(events: readonly FeatureEvent[]): FeatureEvent[] {
  const byId = new Map(events.map((event) => [event.eventId, event]));
  return [...byId.values()].sort(
    (a, b) => a.occurredAtMs - b.occurredAtMs || a.seq - b.seq || (a.eventId < b.eventId ? -1 : 1),
  );
}
