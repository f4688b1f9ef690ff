import type { FeatureEvent } from '@tidemark/analytics/features';

const NO_ID = '00000000-0000-0000-0000-000000000000';
const SERVER_TYPES: ReadonlySet<string> = new Set(['order_fill', 'order_end', 'settlement', 'macro_point']);

/**
 * One event as the collector hands it to its encoder: the batch that brought it, and the row. Where an event has nothing to
 * say, the field is left out, as on the wire.
 */
export function storeRowOf(event: FeatureEvent, workspaceId: string): { readonly batch: object; readonly row: object } {
  const given = (text: string) => (text === '' || text === NO_ID ? undefined : text);
  const batch = {
    workspaceId,
    batchId: event.eventId,
    context: {
      appId: 'shop',
      surface: given(event.surface),
      sdk: { name: 'test', version: '1' },
      queueId: given(event.queueId),
      visitorId: given(event.visitorId),
      sessionId: given(event.sessionId),
      userId: given(event.userId),
      accountId: given(event.accountId),
      sessionStartedAt: Date.UTC(2026, 0, 1),
    },
    receivedAt: event.receivedAtMs,
    clockSkewMs: event.clockSkewMs,
    userAgent: 'test/1',
    isBot: event.isBot,
    client: { botSignals: [], uaFamily: '', osFamily: '', deviceClass: '', country: event.country, region: '' },
    ipPrefix: event.ipPrefix,
    historical: event.historical,
  };
  const row = { event: protocolEvent(event), correctedAt: event.correctedAtMs };
  return { batch, row };
}

function protocolEvent(event: FeatureEvent): object {
  const { eventId, type, occurredAtMs: occurredAt, name, page, template, way } = event;
  const common = SERVER_TYPES.has(type)
    ? { eventId, type, occurredAt }
    : { eventId, type, occurredAt, seq: event.seq, page };
  const order = {
    orderId: event.orderId,
    productId: event.productId,
    side: event.side,
    phase: event.phase,
    shares: event.shares,
  };
  switch (type) {
    case 'page_view':
    case 'screen_view':
      return { ...common, template: template || undefined };
    case 'view_end':
      return { ...common, dwellMs: event.dwellMs, visibleMs: event.visibleMs, scrollDepthRatio: event.depthRatio };
    case 'click':
      return { ...common, target: name };
    case 'form_start':
      return { ...common, form: name };
    case 'conversion':
      return { ...common, goal: name };
    case 'transition':
      return { ...common, fromPage: '/from', way };
    case 'error':
      return { ...common, message: 'broken' };
    case 'order':
    case 'order_fill':
      return { ...common, ...order, remainingShares: 0, price: event.price, currency: event.currency };
    case 'order_end':
      return { ...common, ...order, shares: undefined, remainingShares: 1 };
    case 'settlement':
      return { ...common, ...order, phase: undefined, amount: event.amount, currency: event.currency };
    case 'macro_point':
      return {
        ...common,
        series: name,
        periodAt: event.periodAtMs,
        value: event.value,
        revision: event.revision,
        source: 'bank',
      };
    default:
      return { ...common, name };
  }
}
