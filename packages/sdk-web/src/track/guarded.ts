import { listen } from '../browser/listen.js';
import type { FeatureHost } from './feature.js';

/** Nothing of a feature may surface in the page: what it throws is counted as `internal_error` instead. */
export function guarded<A extends readonly unknown[]>(
  host: FeatureHost,
  work: (...args: A) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      work(...args);
    } catch {
      host.drop('internal_error', 1);
    }
  };
}

/** `listen` for a feature: to several types at once, with a guarded listener. */
export function hear(
  host: FeatureHost,
  target: EventTarget,
  types: readonly string[],
  listener: (event: Event) => void,
): () => void {
  const stops = types.map((type) => listen(target, type, guarded(host, listener)));
  return () => {
    for (const stop of stops) stop();
  };
}
