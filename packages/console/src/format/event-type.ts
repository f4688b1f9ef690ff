import type { EventType } from '@tidemark/protocol';

/** What kind of thing an event is, and so the colour of its tag. */
export type EventTone = 'view' | 'interaction' | 'business' | 'technology' | 'fault' | 'identity' | 'custom';

const TONES = {
  page_view: 'view',
  screen_view: 'view',
  view_end: 'view',
  transition: 'view',
  click: 'interaction',
  form_start: 'interaction',
  scroll: 'interaction',
  exposure: 'interaction',
  outbound_link: 'interaction',
  download: 'interaction',
  conversion: 'business',
  order: 'business',
  web_vital: 'technology',
  sdk_health: 'technology',
  error: 'fault',
  identify: 'identity',
  alias: 'identity',
  consent: 'identity',
  custom: 'custom',
} as const satisfies Record<EventType, EventTone>;

export function eventTone(type: EventType): EventTone {
  return TONES[type];
}

/** `page view` for `page_view`. */
export function eventTypeName(type: EventType): string {
  return type === 'sdk_health' ? 'SDK health' : type.replaceAll('_', ' ');
}
