import { type EventType, hash } from '@tidemark/protocol';

export interface Sampler {
  /**
   * @param name - of a custom event; its own rate goes before that of all custom events.
   * @returns how many events this one stands for; undefined when it is not kept.
   */
  weightOf(type: EventType, name?: string): number | undefined;
}

export interface SamplerOptions {
  readonly visitorId: string;
  /** Share of visitors of whom an event is kept, 0..1, by type or by the name of a custom event. All, where it has none. */
  readonly sampling: Readonly<Record<string, number>>;
}

/** Money and people are counted one by one, and the SDK's own account of itself must add up. */
const EXEMPT: readonly EventType[] = ['order', 'conversion', 'identify', 'alias', 'consent', 'sdk_health'];

/**
 * Samples visitors, not events: of one visitor all events of a kind are kept, or none. The same visitors are in under
 * a higher rate as under a lower one, so that what is kept of several kinds tells of the same people.
 */
export function createSampler({ visitorId, sampling }: SamplerOptions): Sampler {
  const position = hash(visitorId) / 2 ** 32;
  const rates = new Map(Object.entries(sampling));
  return {
    weightOf(type, name = '') {
      const rate = EXEMPT.includes(type) ? 1 : (rates.get(name) ?? rates.get(type) ?? 1);
      return position < rate ? Math.max(1, 1 / rate) : undefined;
    },
  };
}
