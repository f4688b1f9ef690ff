import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';
import type { Feature } from './feature.js';

/**
 * The core web vitals of each page load, and of each return from the back-forward cache, as `web_vital` events, each
 * told once: FCP and TTFB as soon as they are known, the others when the page is first hidden or left. What CLS and INP
 * rise to after that is not told, nor what an interaction adds to INP that itself leads away from the page.
 *
 * A change of the address within the page ("soft navigation") is no page load: its view has no vitals of its own, and
 * what is told at the end goes to the view that is shown then.
 *
 * The library cannot be taken off a page: after the stop it goes on measuring, and nothing is told any more.
 */
export function webVitals(): Feature {
  return (host) => {
    const told = new Set<string>();
    const held = new Map<string, Metric>();
    let stopped = false;

    function tell({ id, name, value }: Metric): void {
      if (stopped || told.has(id)) return;
      told.add(id); // another for each metric of each load
      host.emit({ type: 'web_vital', metric: name, value: Math.round(value * 10_000) / 10_000 });
    }

    onFCP(tell);
    onTTFB(tell);
    // All changes, not the final ones: those come after pagehide, when the view has ended and what waits was sent.
    for (const on of [onCLS, onINP, onLCP]) {
      on((metric: Metric) => held.set(metric.name, metric), { reportAllChanges: true });
    }
    host.onHide(() => held.forEach(tell));
    return () => {
      stopped = true;
    };
  };
}
