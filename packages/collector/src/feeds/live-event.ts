import type { BatchContext, EpochMs, LiveEvent, TrackedEvent } from '@tidemark/protocol';

/** An event as the live stream shows it. */
export function liveEvent(event: TrackedEvent, context: BatchContext, receivedAt: EpochMs): LiveEvent {
  return {
    eventId: event.eventId,
    type: event.type,
    label: labelOf(event),
    page: event.page ?? '',
    surface: context.surface,
    appId: context.appId,
    visitorId: context.visitorId,
    sessionId: context.sessionId,
    occurredAt: event.occurredAt,
    receivedAt,
  };
}

/** One line for a person. */
function labelOf(event: TrackedEvent): string {
  switch (event.type) {
    case 'page_view':
    case 'screen_view':
      return event.title ?? '';
    case 'view_end':
      return `${(event.dwellMs / 1_000).toFixed(1)} s`;
    case 'click':
      return event.target;
    case 'form_start':
      return event.form;
    case 'scroll':
      return `${Math.round(event.depthRatio * 100)} %`;
    case 'exposure':
      return event.module;
    case 'outbound_link':
    case 'download':
      return event.url;
    case 'conversion':
      return event.amount === undefined
        ? event.goal
        : `${event.goal} ${event.amount} ${event.currency ?? ''}`.trimEnd();
    case 'order':
      return `${event.side} ${event.phase} ${event.shares} × ${event.productId}`;
    case 'web_vital':
      return `${event.metric} ${event.value}`;
    case 'error':
      return event.message;
    case 'transition':
      return `${event.way} from ${event.fromPage}`;
    case 'custom':
      return event.name;
    case 'identify':
    case 'alias':
    case 'consent':
    case 'sdk_health':
      return '';
  }
}
