import type { Conversion, Order } from './business.js';
import type { Custom } from './custom.js';
import type { Alias, Consent, Identify } from './identity.js';
import type { Click, Download, Exposure, FormStart, OutboundLink, Scroll } from './interactions.js';
import type { ErrorEvent, SdkHealth, WebVital } from './technology.js';
import type { PageView, ScreenView, Transition, ViewEnd } from './views.js';

/** One record of something that happened. `type` tells which. */
export type TrackedEvent =
  | PageView
  | ScreenView
  | ViewEnd
  | Click
  | FormStart
  | Scroll
  | Exposure
  | OutboundLink
  | Download
  | Conversion
  | Order
  | WebVital
  | ErrorEvent
  | Identify
  | Alias
  | Consent
  | Transition
  | SdkHealth
  | Custom;

export type EventType = TrackedEvent['type'];

/** Every event type, in the order of the documentation. */
export const EVENT_TYPES = [
  'page_view',
  'screen_view',
  'view_end',
  'click',
  'form_start',
  'scroll',
  'exposure',
  'outbound_link',
  'download',
  'conversion',
  'order',
  'web_vital',
  'error',
  'identify',
  'alias',
  'consent',
  'transition',
  'sdk_health',
  'custom',
] as const satisfies readonly EventType[];
