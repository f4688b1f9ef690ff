import type { Automation, HandRhythm, RiskAction, RiskEvent, RiskPlace } from '@tidemark/analytics/anomalies';
import { createRowReader, type RowColumns } from '../../store/row-reader.js';
import type { RowLayout } from '../../store/tables/column.js';

/** What a detector is shown of a stored event, and what a flag must tell of it. */
export interface RiskRow {
  readonly workspaceId: string;
  readonly eventId: string;
  readonly surface: string;
  readonly receivedAtMs: number;
  readonly event: RiskEvent;
}

/** Columns of the events table that {@link riskRow} reads. */
export const RISK_COLUMNS = [
  'workspace_id',
  'event_id',
  'surface',
  'received_at',
  'corrected_at',
  'clock_skew_ms',
  'seq',
  'view_id',
  'event_type',
  'name',
  'user_id',
  'visitor_id',
  'ip_prefix',
  'country',
  'latitude',
  'longitude',
  'place_radius_km',
  'order_phase',
  'order_side',
  'product_id',
  'shares',
  'remaining_shares',
  'price',
  'consent_risk',
  'historical',
  'is_bot',
  'bot_signals',
  'template',
  'page',
  'title',
  'release',
  'props',
] as const;
type Row = RowColumns<(typeof RISK_COLUMNS)[number]>;

const DENIED = 2;
/** Views of which an error was shown: one that goes round and round is one fault. */
const ERROR_VIEWS_MAX = 1_000;
const ACTIONS: Readonly<Record<string, RiskAction>> = {
  identify: 'login',
  page_view: 'view',
  screen_view: 'view',
  click: 'interaction',
  form_start: 'interaction',
  outbound_link: 'interaction',
  download: 'interaction',
  conversion: 'interaction',
};
/** How an app names what no page can see by itself. */
const NAMED: Readonly<Record<string, RiskAction>> = {
  login: 'login',
  login_failed: 'login_failed',
  password_changed: 'sensitive',
  payout_account_changed: 'sensitive',
  withdrawal_requested: 'sensitive',
};

/** A custom event of the SDK's own feature, and its props. */
const TOUCH_RHYTHM = 'touch_rhythm';
const RHYTHM_PROPS: readonly (readonly [prop: string, rhythm: keyof HandRhythm])[] = [
  ['tap_ms', 'tap'],
  ['press_ms', 'press'],
  ['move_ms', 'move'],
  ['key_gap_ms', 'key'],
  ['keyboard_gap_ms', 'keyboard'],
];

/** Reads the rows of a delivery as the detectors see them. */
export function createRiskRows(layout: RowLayout, riskRow: ReadRiskRow): (bytes: Buffer) => RiskRow[] {
  const reader = createRowReader(layout, RISK_COLUMNS);
  return (bytes) => {
    const found: RiskRow[] = [];
    reader.begin(bytes);
    while (reader.next()) {
      const row = riskRow(reader.columns);
      if (row) found.push(row);
    }
    const [first, ...others] = found;
    return first ? [{ ...first, event: { ...first.event, isRefused: false } }, ...others] : found;
  };
}

export type ReadRiskRow = (row: Row) => RiskRow | undefined;

/** Reads rows one after another, as {@link riskRow} does; of each view the first error alone. */
export function createReadRiskRow(): ReadRiskRow {
  const views = new Set<string>();
  return (row) => {
    if (row.event_type() === 'error') {
      const view = text(row.view_id());
      if (views.has(view)) return undefined;
      if (views.size >= ERROR_VIEWS_MAX) views.clear();
      if (view !== '') views.add(view);
    }
    return riskRow(row);
  };
}

/**
 * A row as the detectors see it. Left out: who said no to risk control, history, and what nobody did where no device numbers it (a
 * fill). What nobody did but a device tells (the end of a view, an error) is shown to the watch over deliveries and errors alone.
 * Each event has all fields, so that all are of one make: the detectors read them dozens of times.
 */
function riskRow(row: Row): RiskRow | undefined {
  if (row.historical() === 1 || row.consent_risk() === DENIED) return undefined;
  const type = text(row.event_type());
  const seq = Number(row.seq());
  const action = actionOf(type, row) ?? (seq > 0 ? 'passive' : undefined);
  if (!action) return undefined;
  const isOrder = action === 'order' || action === 'order_cancelled';
  const isView = action === 'view';
  const template = isView ? text(row.template()) : '';
  const eventId = text(row.event_id());
  const surface = text(row.surface());
  const release = text(row.release());
  const receivedAtMs = Number(row.received_at());
  return {
    workspaceId: text(row.workspace_id()),
    eventId,
    surface,
    receivedAtMs,
    event: {
      atMs: Number(row.corrected_at()),
      action,
      userId: text(row.user_id()),
      deviceId: text(row.visitor_id()),
      address: text(row.ip_prefix()),
      eventId,
      surface,
      release: release === '' ? undefined : release,
      delivery: seq > 0 ? { seq, receivedMs: receivedAtMs, skewMs: -Number(row.clock_skew_ms()) } : undefined,
      place: placeOf(row),
      automation: automationOf(row),
      isNameless: isView ? template === '' && row.title() === '' : undefined,
      isError: isView || type === 'error' ? type === 'error' : undefined,
      // Which page it is: its kind where the app tells one.
      template: isView && template !== '' ? template : undefined,
      page: isView && template === '' ? text(row.page()) : undefined,
      step: row.order_phase() === 'intent' ? 'begun' : undefined,
      order: isOrder ? orderOf(row) : undefined,
      rhythm: type === 'custom' ? rhythmOf(row) : undefined,
      isRefused: undefined,
    },
  };
}

function actionOf(type: string, row: Row): RiskAction | undefined {
  if (type === 'custom') return NAMED[text(row.name())] ?? 'interaction';
  if (type === 'order_end') return row.order_phase() === 'cancelled' ? 'order_cancelled' : undefined;
  if (type !== 'order') return ACTIONS[type];
  if (row.order_phase() === 'placed') return 'order';
  return row.order_phase() === 'cancelled' ? 'order_cancelled' : 'interaction';
}

/** What says most of all first: who drives a browser may well name it as another. */
function automationOf(row: Row): Automation | undefined {
  const signals = text(row.bot_signals());
  if (signals.includes('webdriver')) return 'webdriver';
  if (signals.includes('headless_agent')) return 'headless';
  return row.is_bot() === 1 ? 'declared_bot' : undefined;
}

/** None without a database that tells coordinates, nor of events of before they were kept. */
function placeOf(row: Row): RiskPlace | undefined {
  const accuracyKm = Number(row.place_radius_km());
  if (accuracyKm === 0) return undefined;
  const [latitude, longitude] = [Number(row.latitude()), Number(row.longitude())];
  return { latitude, longitude, accuracyKm, country: text(row.country()) };
}

function orderOf(row: Row): RiskEvent['order'] {
  const shares = Number(row.shares()) || Number(row.remaining_shares());
  return {
    productId: text(row.product_id()),
    side: row.order_side() === 'sell' ? 'sell' : 'subscribe',
    amount: shares * Number(row.price()),
  };
}

/** How a hand taps, points and types, as the SDK's `touchRhythm()` tells it, or an app in its way. */
function rhythmOf(row: Row): RiskEvent['rhythm'] {
  if (text(row.name()) !== TOUCH_RHYTHM) return undefined;
  const told = JSON.parse(text(row.props())) as Readonly<Partial<Record<string, string>>>; // a map of texts
  const named = RHYTHM_PROPS.map(([prop, rhythm]) => [rhythm, Number(told[prop])] as const);
  return Object.fromEntries(named.filter(([, ms]) => ms > 0));
}

export const text = (value: string | number): string => String(value);
