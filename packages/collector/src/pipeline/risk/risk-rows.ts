import type { Automation, RiskAction, RiskEvent, RiskPlace } from '@tidemark/analytics/anomalies';
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
  'title',
  'release',
  'props',
] as const;
type Row = RowColumns<(typeof RISK_COLUMNS)[number]>;

const DENIED = 2;
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

/** A custom event of the SDK's own feature. */
const TOUCH_RHYTHM = 'touch_rhythm';

/** Reads the rows of a load as the detectors see them. */
export function createRiskRows(layout: RowLayout): (bytes: Buffer) => RiskRow[] {
  const reader = createRowReader(layout, RISK_COLUMNS);
  return (bytes) => {
    const found: RiskRow[] = [];
    reader.begin(bytes);
    while (reader.next()) {
      const row = riskRow(reader.columns);
      if (row) found.push(row);
    }
    return found;
  };
}

/**
 * A row as the detectors see it. Left out: who said no to risk control, history, and what nobody did (the end of a view, a web
 * vital, a fill).
 */
export function riskRow(row: Row): RiskRow | undefined {
  if (row.historical() === 1 || row.consent_risk() === DENIED) return undefined;
  const type = text(row.event_type());
  const action = actionOf(type, row);
  if (!action) return undefined;
  const isOrder = action === 'order' || action === 'order_cancelled';
  const place = placeOf(row);
  const automation = automationOf(row);
  const eventId = text(row.event_id());
  const surface = text(row.surface());
  return {
    workspaceId: text(row.workspace_id()),
    eventId,
    surface,
    receivedAtMs: Number(row.received_at()),
    event: {
      atMs: Number(row.corrected_at()),
      action,
      userId: text(row.user_id()),
      deviceId: text(row.visitor_id()),
      address: text(row.ip_prefix()),
      eventId,
      surface,
      release: text(row.release()),
      ...(place && { place }),
      ...(automation && { automation }),
      ...(action === 'view' && { isNameless: row.template() === '' && row.title() === '' }),
      ...(row.order_phase() === 'intent' && { step: 'begun' as const }),
      ...(isOrder && { order: orderOf(row) }),
      ...(type === 'custom' && touchOf(row)),
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

/** How a hand taps and types, as the SDK's `touchRhythm()` tells it, or an app in its way. */
function touchOf(row: Row): Pick<RiskEvent, 'tapMs' | 'keyGapMs'> | undefined {
  if (text(row.name()) !== TOUCH_RHYTHM) return undefined;
  const told = JSON.parse(text(row.props())) as { readonly tap_ms?: string; readonly key_gap_ms?: string }; // a map of texts
  const [tapMs, keyGapMs] = [Number(told.tap_ms), Number(told.key_gap_ms)];
  return { ...(tapMs > 0 && { tapMs }), ...(keyGapMs > 0 && { keyGapMs }) };
}

const text = (value: string | number): string => String(value);
