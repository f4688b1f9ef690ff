import { brandId, type Props } from '@tidemark/protocol';
import type { Emit } from '../track/event-fields.js';
import type { Client } from './client.js';
import type { Guard } from './guard.js';

/** What an app tells by a call that does nothing else. */
export type AppEvents = Pick<Client, 'track' | 'click' | 'formStart' | 'exposure' | 'conversion' | 'order' | 'alias'>;

/** Each field by its name: the app's own object may hold more, a `type` or a `seq` among them. */
export function appEvents(emit: Emit, guard: Guard): AppEvents {
  return {
    track: (eventName, props?: Props) => emit({ type: 'custom', name: eventName, props }),
    click: (target, props) => emit({ type: 'click', target, props }),
    formStart: (form) => emit({ type: 'form_start', form }),
    exposure: guard((module, { visibleRatio, visibleMs } = {}) =>
      emit({ type: 'exposure', module, visibleRatio, visibleMs }),
    ),
    conversion: guard((goal, { amount, currency } = {}) => emit({ type: 'conversion', goal, amount, currency })),
    order: guard(({ orderId, productId, side, phase, shares, price, currency, props }) =>
      emit({ type: 'order', orderId, productId, side, phase, shares, price, currency, props }),
    ),
    alias: guard((previousVisitorId) => emit({ type: 'alias', previousVisitorId: brandId(String(previousVisitorId)) })),
  };
}
