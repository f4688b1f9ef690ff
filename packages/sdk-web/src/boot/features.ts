import type { Ack } from '@tidemark/protocol';
import type { EventFields } from '../track/event-fields.js';
import type { EventExtras, Feature, FeatureHost, Verdict, ViewEndFields, ViewStartFields } from '../track/feature.js';
import type { Guard } from './guard.js';

/** What features listen to, as the client sees it. One that fails harms neither the page nor the others. */
export interface Features {
  /** @returns what ends them. */
  start(features: readonly Feature[], services: FeatureServices): (() => void)[];
  /** A view begins. @returns what they add to it. */
  startFields(): ViewStartFields;
  /** @returns what they add to the end of a view. */
  endFields(): ViewEndFields;
  /** @returns what they add to an event of any type. */
  eventFields(fields: EventFields): EventExtras;
  /** For how many such an event stands, or why it is not kept. */
  judge(fields: EventFields): Verdict;
  /** The page is hidden or left. */
  hide(): void;
  /** Tracking begins. */
  begin(): void;
  acknowledge(ack: Ack): void;
  /** The visitor has decided. */
  decided(): void;
}

/** Which functions of a feature's host take a listener. */
type Hook = 'onView' | 'atViewStart' | 'atViewEnd' | 'onHide' | 'onStart' | 'judge' | 'onAck' | 'atEvent' | 'onConsent';

/** The part of a feature's host that does something; the other part listens. */
export type FeatureServices = Omit<FeatureHost, Hook>;

export function createFeatures(guard: Guard): Features {
  const on: { readonly [H in Hook]: Parameters<FeatureHost[H]>[0][] } = {
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

  function tell<A extends readonly unknown[]>(listeners: readonly ((...args: A) => void)[], ...args: A): void {
    for (const listener of listeners) guard(listener)(...args);
  }

  function gather<F extends object, A extends readonly unknown[]>(
    readers: readonly ((...args: A) => F)[],
    ...args: A
  ): F {
    const fields = {} as F; // all fields of F may be absent
    tell(readers.map((read) => () => Object.assign(fields, read(...args))));
    return fields;
  }

  return {
    start(features, services) {
      const hooks = Object.entries(on).map(([hook, listeners]) => [
        hook,
        (listener: never) => listeners.push(listener),
      ]);
      const host = { ...services, ...Object.fromEntries(hooks) } as FeatureHost; // one function for each hook
      const stops: (() => void)[] = [];
      tell(features.map((feature) => () => stops.push(guard(feature(host)))));
      return stops;
    },
    startFields() {
      tell(on.onView);
      return gather(on.atViewStart);
    },
    endFields: () => gather(on.atViewEnd),
    eventFields: (fields) => gather(on.atEvent, fields),
    judge(fields) {
      let weight = 1;
      for (const rule of on.judge) {
        const verdict = rule(fields.type, 'name' in fields ? fields.name : undefined);
        if (typeof verdict === 'string') return verdict;
        weight *= verdict;
      }
      return weight;
    },
    hide: () => tell(on.onHide),
    begin: () => tell(on.onStart),
    acknowledge: (ack) => tell(on.onAck, ack),
    decided: () => tell(on.onConsent),
  };
}
