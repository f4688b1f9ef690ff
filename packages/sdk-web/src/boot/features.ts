import type { EventFields } from '../track/event-fields.js';
import type { EventExtras, Feature, FeatureHost, Verdict, ViewEndFields, ViewStartFields } from '../track/feature.js';
import type { Guard } from './guard.js';

/** What features listen to, as the client sees it. One that fails harms neither the page nor the others. */
export interface Features {
  /** @returns what ends them. */
  start(features: readonly Feature[], services: FeatureServices): (() => void)[];
  /** Tells all that listen. @returns what they answer, in one. */
  tell<H extends Exclude<Hook, 'judge'>>(
    hook: H,
    ...args: Parameters<Listener<H>>
  ): ViewStartFields & ViewEndFields & EventExtras;
  /** For how many such an event stands, or why it is not kept. */
  judge(fields: EventFields): Verdict;
}

/** Which functions of a feature's host take a listener. */
type Hook = 'onView' | 'atViewStart' | 'atViewEnd' | 'onHide' | 'onStart' | 'judge' | 'onAck' | 'atEvent' | 'onConsent';
type Listener<H extends Hook> = Parameters<FeatureHost[H]>[0];

/** The part of a feature's host that does something; the other part listens. */
export type FeatureServices = Omit<FeatureHost, Hook>;

export function createFeatures(guard: Guard): Features {
  const on: { readonly [H in Hook]: Listener<H>[] } = {
    onView: [],
    atViewStart: [],
    atViewEnd: [],
    onHide: [],
    onStart: [],
    judge: [],
    onAck: [],
    atEvent: [],
    onConsent: [],
  };

  return {
    start(features, services) {
      const host: Record<string, unknown> = { ...services };
      for (const [hook, listeners] of Object.entries(on)) host[hook] = (listener: never) => listeners.push(listener);
      const stops: (() => void)[] = [];
      for (const feature of features) guard(() => stops.push(guard(feature(host as unknown as FeatureHost))))(); // services, and all hooks
      return stops;
    },
    tell(hook, ...args) {
      const fields = {}; // all of them may be absent
      for (const listener of on[hook])
        Object.assign(fields, guard(listener as (...given: typeof args) => object | undefined)(...args)); // both of one hook
      return fields;
    },
    judge(fields) {
      let weight = 1;
      for (const rule of on.judge) {
        const verdict = rule(fields.type, (fields as { readonly name?: string }).name);
        if (typeof verdict === 'string') return verdict;
        weight *= verdict;
      }
      return weight;
    },
  };
}
