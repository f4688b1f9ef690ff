import type { EventType } from '@tidemark/protocol';
import type { Priority } from '../queue/outbox.js';

/** What is many and tells little each. */
const BULK: readonly EventType[] = ['scroll', 'exposure', 'web_vital', 'error', 'click'];

/** How dear an event is when the device has no room for all. */
export function priorityOf(type: EventType): Priority {
  if (type === 'order' || type === 'conversion') return 'urgent';
  return BULK.includes(type) ? 'bulk' : 'normal';
}
