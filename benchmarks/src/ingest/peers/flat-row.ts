import type { EventBatch } from '@tidemark/protocol';

/** A batch as anybody would write it for `JSONEachRow`: one object an event, with the names of the columns. */
export function flatRows(batch: EventBatch, workspaceId: string, receivedAt: number): Record<string, unknown>[] {
  const { context } = batch;
  return batch.events.map((event) => {
    const fields = event as unknown as Record<string, unknown>; // each type has some of them
    return {
      workspace_id: workspaceId,
      app_id: context.appId,
      surface: context.surface,
      release: context.release,
      sdk_name: context.sdk.name,
      sdk_version: context.sdk.version,
      queue_id: context.queueId,
      batch_id: batch.batchId,
      visitor_id: context.visitorId,
      user_id: context.userId,
      session_id: context.sessionId,
      session_started_at: instant(context.sessionStartedAt),
      locale: context.device?.locale,
      time_zone: context.device?.timeZone,
      network_type: context.device?.networkType,
      screen_width: context.device?.screenWidth,
      screen_height: context.device?.screenHeight,
      consent_analytics: context.consent?.analytics,
      consent_risk: context.consent?.risk,
      received_at: instant(receivedAt),
      event_day: instant(event.occurredAt).slice(0, 10),
      event_id: event.eventId,
      event_type: event.type,
      name: fields.name ?? fields.goal ?? fields.target ?? fields.module,
      seq: event.seq,
      occurred_at: instant(event.occurredAt),
      corrected_at: instant(event.occurredAt),
      monotonic_ms: event.monotonicMs,
      page: event.page,
      view_id: event.viewId,
      url: fields.url,
      title: fields.title,
      referrer: fields.referrer,
      template: fields.template,
      from_page: fields.fromPage,
      way: fields.way,
      modules: fields.modules,
      dwell_ms: fields.dwellMs,
      visible_ms: fields.visibleMs,
      focused_ms: fields.focusedMs,
      depth_ratio: fields.scrollDepthRatio ?? fields.visibleRatio,
      amount: fields.amount,
      currency: fields.currency,
      order_id: fields.orderId,
      product_id: fields.productId,
      order_side: fields.side,
      order_phase: fields.phase,
      shares: fields.shares,
      price: fields.price,
      message: fields.message,
      previous_visitor_id: fields.previousVisitorId,
      props: texts(event.props),
    };
  });
}

/** As ClickHouse reads a time. */
function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}

function texts(props: Readonly<Record<string, unknown>> | undefined): Record<string, string> | undefined {
  return props && Object.fromEntries(Object.entries(props).map(([key, value]) => [key, String(value)]));
}
