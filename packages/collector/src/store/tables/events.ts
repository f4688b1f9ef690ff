import {
  type AuthoritativeEvent,
  type BatchContext,
  type EpochMs,
  LIMITS,
  type TrackedEvent,
} from '@tidemark/protocol';
import type { RowBinaryWriter } from '../row-binary.js';
import type { Column } from './column.js';
import {
  column,
  consent,
  decimal,
  duration,
  float32,
  instant,
  string,
  uint8,
  uint16,
  uuid,
  word,
} from './column-kinds.js';

/** What all rows of one batch share. */
export interface BatchRow {
  readonly workspaceId: string;
  readonly batchId: string;
  /** A server's batch has no device in it: no queue, visitor, session or surface. */
  readonly context: Pick<BatchContext, 'appId' | 'sdk'> & Partial<BatchContext>;
  readonly receivedAt: EpochMs;
  /** How far the device's clock is behind the collector's, milliseconds; 0 for history. */
  readonly clockSkewMs: number;
  readonly userAgent: string;
  readonly isBot: boolean;
  /** What was found out about the sender; absent where nobody looked. */
  readonly client?: ClientRow;
  /** The sender's network: IPv4 cut to /24, IPv6 to /48. */
  readonly ipPrefix: string;
  readonly historical: boolean;
}

/** What the collector finds out about who sent a batch; empty texts where it does not know. */
export interface ClientRow {
  readonly botSignals: readonly string[];
  readonly uaFamily: string;
  readonly osFamily: string;
  readonly deviceClass: string;
  readonly country: string;
  readonly region: string;
  /** Degrees and kilometres. */
  readonly point?: { readonly latitude: number; readonly longitude: number; readonly radiusKm: number };
}

/** What one row adds. */
export interface EventRow {
  readonly event: FlatEvent;
  readonly correctedAt: EpochMs;
}

type KeyOfUnion<T> = T extends unknown ? keyof T : never;
type ValueOfUnion<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;
type StoredEvent = TrackedEvent | AuthoritativeEvent;
/** Any event, seen as one record in which most fields are absent. */
export type FlatEvent = Pick<StoredEvent, 'type' | 'eventId' | 'occurredAt'> & {
  readonly [K in KeyOfUnion<StoredEvent>]?: ValueOfUnion<StoredEvent, K>;
};

const DAY_MS = 86_400_000;

/** Written once a batch and copied before each row. */
export const BATCH_COLUMNS: readonly Column<BatchRow>[] = [
  string('workspace_id', 'String', 'The workspace the row belongs to.', (b) => b.workspaceId),
  word('app_id', 'The app that tracked.', (b) => b.context.appId),
  word(
    'surface',
    'Where it was shown: `h5` (web page) or `native` (native screen); empty when a server sent it.',
    (b) => b.context.surface,
  ),
  word('release', "The app's version.", (b) => b.context.release),
  word('sdk_name', 'The SDK that sent it.', (b) => b.context.sdk.name),
  word('sdk_version', "That SDK's version.", (b) => b.context.sdk.version),
  uuid(
    'queue_id',
    'The device queue it came from; `seq` counts within it; zero when a server sent it.',
    (b) => b.context.queueId,
  ),
  uuid('batch_id', 'The batch that brought it first.', (b) => b.batchId),
  uuid('visitor_id', 'Device or browser, a random id; zero when a server sent it.', (b) => b.context.visitorId),
  string('user_id', 'String', 'The user after `identify`, as the app names it; empty before.', (b) => b.context.userId),
  string('account_id', 'String', 'The organisation the user acts for; empty when none.', (b) => b.context.accountId),
  uuid(
    'session_id',
    'Session: events of a visitor with no gap over 30 minutes; zero when a server sent it.',
    (b) => b.context.sessionId,
  ),
  instant(
    'session_started_at',
    'Device clock when the session began (UTC); 2000-01-01 when a server sent it.',
    (b) => b.context.sessionStartedAt ?? LIMITS.occurredAtMinMs,
  ),
  word('user_agent', 'User agent of the device.', (b) => b.userAgent),
  word(
    'ua_family',
    'Browser, or the app that shows the page, by the user agent; empty when not known.',
    (b) => b.client?.uaFamily,
  ),
  word('os_family', 'Operating system by the user agent; empty when not known.', (b) => b.client?.osFamily),
  word(
    'device_class',
    '`desktop`, `mobile`, `tablet`, `tv` or `bot` by the user agent; empty when not known.',
    (b) => b.client?.deviceClass,
  ),
  uint8('is_bot', '1 when the user agent says that it is a robot.', (b) => (b.isBot ? 1 : 0)),
  column(
    'bot_signals',
    'Array(LowCardinality(String))',
    'What makes the sender look like a program: `robot_agent`, `headless_agent`, `webdriver`, `no_agent`, `no_language`, `no_encoding`.',
    (w, b) => writeTexts(w, b.client?.botSignals ?? []),
  ),
  word(
    'ip_prefix',
    "The sender's network, IPv4 cut to /24 and IPv6 to /48 before anything is written.",
    (b) => b.ipPrefix,
  ),
  word(
    'country',
    "Country of `ip_prefix` (ISO 3166-1) by the operator's database; empty without one.",
    (b) => b.client?.country,
  ),
  word('region', 'Region of `ip_prefix` (ISO 3166-2, `CN-SH`) likewise.', (b) => b.client?.region),
  float32(
    'latitude',
    'Where `ip_prefix` is likewise, degrees to a tenth; nothing is known where `place_radius_km` is 0.',
    (b) => b.client?.point?.latitude,
  ),
  float32('longitude', 'Likewise, degrees to a tenth.', (b) => b.client?.point?.longitude),
  uint16(
    'place_radius_km',
    'Within which it may be, kilometres; 0 when not known, 1000 where the database tells none.',
    (b) => b.client?.point?.radiusKm,
  ),
  word('locale', 'Language tag of the device.', (b) => b.context.device?.locale),
  word('time_zone', 'IANA time zone of the device.', (b) => b.context.device?.timeZone),
  word('network_type', 'What the platform calls the network: `4g`, `wifi`...', (b) => b.context.device?.networkType),
  uint16('screen_width', 'Width of the screen, CSS pixels; 0 when not told.', (b) => b.context.device?.screenWidth),
  uint16('screen_height', 'Height of the screen, CSS pixels; 0 when not told.', (b) => b.context.device?.screenHeight),
  consent('consent_analytics', 'Consent to analytics when it happened.', (b) => b.context.consent?.analytics),
  consent('consent_marketing', 'Consent to marketing when it happened.', (b) => b.context.consent?.marketing),
  consent('consent_risk', 'Consent to risk control when it happened.', (b) => b.context.consent?.risk),
  instant('received_at', "The collector's clock when the batch arrived (UTC).", (b) => b.receivedAt),
  column(
    'clock_skew_ms',
    'Int64',
    "Collector's clock minus device's clock as it was corrected by, milliseconds; 0 for history.",
    (w, b) => w.int64(b.clockSkewMs),
  ),
  uint8('historical', '1 when it was imported or simulated rather than observed.', (b) => (b.historical ? 1 : 0)),
];

/** Written for each event. */
export const EVENT_COLUMNS: readonly Column<EventRow>[] = [
  column('event_day', 'Date', 'Day of `occurred_at` (UTC).', (w, { event }) =>
    w.uint16(Math.floor(event.occurredAt / DAY_MS)),
  ),
  uuid('event_id', 'UUIDv7 of the event, made on the device.', ({ event }) => event.eventId),
  word('event_type', 'What happened: one of the event types of the protocol.', ({ event }) => event.type),
  word('name', 'Which one: the goal, target, form, module, metric, series or custom name.', ({ event }) =>
    nameOf(event),
  ),
  column(
    'seq',
    'UInt64',
    "Position in the device's queue, from 1 without gaps; 0 when a server sent it.",
    (w, { event }) => w.int64(event.seq ?? 0),
  ),
  instant('occurred_at', 'Device clock when it happened (UTC), as first stamped.', ({ event }) => event.occurredAt),
  instant('corrected_at', "The same moment by the collector's clock (UTC).", (row) => row.correctedAt),
  column(
    'monotonic_ms',
    'UInt64',
    'Monotonic clock of the page or app, milliseconds since it started; 0 when not told.',
    (w, { event }) => w.int64(Math.round(event.monotonicMs ?? 0)),
  ),
  instant(
    'logical_at',
    'Logical clock that screens and pages share (UTC); `occurred_at` when not told.',
    ({ event }) => event.logicalMs ?? event.occurredAt,
  ),
  uint16('logical_count', 'Order within one millisecond of `logical_at`.', ({ event }) => event.logicalCount),
  string('page', 'String', 'Path of the page or name of the screen.', ({ event }) => event.page),
  uuid('view_id', 'The view it happened in; zero when outside any.', ({ event }) => event.viewId),
  string('url', 'String', 'Address of the page, or target of the link or download.', ({ event }) => event.url),
  string('title', 'String', 'Title of the page or screen.', ({ event }) => event.title),
  string('referrer', 'String', 'Where the visitor came from.', ({ event }) => event.referrer),
  word('template', 'Kind of page, shared by many paths.', ({ event }) => event.template),
  string('from_page', 'String', 'Page or screen that a transition left.', ({ event }) => event.fromPage),
  word('way', 'How one view led to another.', ({ event }) => event.way),
  word('from_template', 'Kind of the page that a transition left.', ({ event }) => event.fromTemplate),
  column(
    'modules',
    'Array(LowCardinality(String))',
    'Modules that were seen on the page that a transition left.',
    (w, { event }) => writeTexts(w, event.modules ?? []),
  ),
  duration(
    'dwell_ms',
    'Visible, focused and attended time on the view, milliseconds (`view_end`).',
    ({ event }) => event.dwellMs,
  ),
  duration('visible_ms', 'Visible time, milliseconds (`view_end`, `exposure`).', ({ event }) => event.visibleMs),
  duration('focused_ms', 'Visible and focused time, milliseconds (`view_end`).', ({ event }) => event.focusedMs),
  float32(
    'depth_ratio',
    'Depth reached or share visible, 0..1.',
    ({ event }) => event.scrollDepthRatio ?? event.depthRatio ?? event.visibleRatio,
  ),
  column(
    'value',
    'Float64',
    'Value of a web vital (milliseconds, without unit for CLS) or of an economic series, in its unit.',
    (w, { event }) => w.float64(event.value ?? 0),
  ),
  decimal('amount', 'Amount of a conversion or settlement, in `currency`.', ({ event }) => event.amount),
  word('currency', 'ISO 4217 code of the amount or price.', ({ event }) => event.currency),
  string('order_id', 'String', 'The order, as the app names it.', ({ event }) => event.orderId),
  string('product_id', 'String', 'The product of the order.', ({ event }) => event.productId),
  word('order_side', '`subscribe` (buy shares) or `sell`.', ({ event }) => event.side),
  word('order_phase', 'How far the order has come.', ({ event }) => event.phase),
  decimal('shares', 'Shares of the order, of one fill or of a settlement.', ({ event }) => event.shares),
  decimal(
    'remaining_shares',
    'Shares of the order that are not matched (`order_fill`, `order_end`).',
    ({ event }) => event.remainingShares,
  ),
  decimal('price', 'Price of one share, in `currency`.', ({ event }) => event.price),
  instant(
    'period_at',
    'Start of the period that a `macro_point` is for (UTC); 1970 otherwise.',
    ({ event }) => event.periodAt ?? 0,
  ),
  uint16('revision', 'Correction of a `macro_point`: 0 as first published.', ({ event }) => event.revision),
  word('source', 'Who published a `macro_point`.', ({ event }) => (event.type === 'macro_point' ? event.source : '')),
  column('sample_weight', 'Float32', 'How many events this one stands for; 1 unless sampled.', (w, { event }) =>
    w.float32(event.sampleWeight ?? 1),
  ),
  string(
    'message',
    'String',
    'Message of an error, or why an order ended.',
    ({ event }) => event.message ?? event.reason,
  ),
  uuid(
    'previous_visitor_id',
    'The visitor id given up by an `alias`; zero otherwise.',
    ({ event }) => event.previousVisitorId,
  ),
  column(
    'props',
    'Map(LowCardinality(String), String)',
    'What the app attached, as text; what has no column of its own.',
    (w, { event }) => writeProps(w, event),
  ),
];

/** The one line that tells which: the goal, the target, the series, the name. Empty when the type says it all. */
function nameOf(event: FlatEvent): string {
  return event.name ?? event.goal ?? event.target ?? event.module ?? event.form ?? event.metric ?? event.series ?? '';
}

function writeTexts(writer: RowBinaryWriter, texts: readonly string[]): void {
  writer.varint(texts.length);
  for (const text of texts) writer.string(text);
}

/** `props` as given, then the type's own lists under a prefix, so that none can hide another. */
function writeProps(writer: RowBinaryWriter, event: FlatEvent): void {
  const pairs: string[] = [];
  collect(pairs, '', event.props);
  collect(pairs, 'trait.', event.traits);
  collect(pairs, 'consent.', event.purposes);
  collect(pairs, 'dropped.', event.dropped);
  if (event.campaign) collect(pairs, 'campaign.', { ...event.campaign });
  if (event.type === 'sdk_health')
    collect(pairs, '', { queued: event.queued, delivered: event.delivered, rejected: event.rejected });
  if (event.type === 'error') collect(pairs, '', { source: event.source, stack: event.stack });
  if (event.type === 'identify') collect(pairs, '', { identified: event.userId });
  writer.varint(pairs.length / 2);
  for (const text of pairs) writer.string(text);
}

function collect(pairs: string[], prefix: string, values: Readonly<Record<string, unknown>> | undefined): void {
  if (!values) return;
  for (const key of Object.keys(values)) if (values[key] !== undefined) pairs.push(prefix + key, String(values[key]));
}
