import type { Feature } from './feature.js';
import { guarded, hear } from './guarded.js';

export interface ExposuresOptions {
  /** What is watched. Default: all that carry `data-tidemark-exposure`, whose value names the module; else its id does. */
  readonly selector?: string;
  /** Share of the module's area that must be visible. Default 0.5. */
  readonly ratio?: number;
  /** For how long without a break, milliseconds. Default 1,000. */
  readonly ms?: number;
}

interface Sight {
  readonly sinceMs: number;
  readonly ratio: number;
}

const NAME = 'data-tidemark-exposure';
/** Elements that come later are looked for this long after the first of them. */
const RESCAN_AFTER_MS = 200;
/** Squares lie close together near 0, where a module of many viewports must be noticed to fill half of one. */
const THRESHOLDS = 40;

/**
 * An `exposure` for each module that was seen, once a view: as much of it as `ratio` says, or half of the viewport where
 * the module is higher than that, for `ms` on end while the page was visible. Not inside shadow trees.
 */
export function exposures({ selector = `[${NAME}]`, ratio = 0.5, ms = 1_000 }: ExposuresOptions = {}): Feature {
  return (host) => {
    const inSight = new Map<Element, Sight>();
    const exposed = new Set<string>();
    let beganMs = 0;
    let dueTimer: ReturnType<typeof setTimeout> | undefined;
    let rescanTimer: ReturnType<typeof setTimeout> | undefined;

    /** Tells of all that are due, in one task, and waits for the next. */
    const tellDue = guarded(host, () => {
      clearTimeout(dueTimer);
      if (document.hidden) return;
      let waitMs = ms + 1; // longer than any has to
      for (const [element, sight] of inSight) {
        const module = element.getAttribute(NAME) || element.getAttribute('id');
        const visibleMs = Math.round(host.clock.monotonicMs() - Math.max(sight.sinceMs, beganMs));
        if (!module || exposed.has(module)) continue;
        if (visibleMs < ms) {
          waitMs = Math.min(waitMs, ms - visibleMs);
        } else {
          exposed.add(module);
          host.emit({ type: 'exposure', module, visibleRatio: sight.ratio, visibleMs });
        }
      }
      if (waitMs <= ms) dueTimer = setTimeout(tellDue, waitMs);
    });

    /** Nothing that was visible before now counts. */
    function beginAnew(): void {
      beganMs = host.clock.monotonicMs();
      tellDue();
    }

    const intersections = new IntersectionObserver(
      guarded(host, (entries: IntersectionObserverEntry[]) => {
        for (const entry of entries) {
          const { target } = entry;
          if (isEnough(entry, ratio)) {
            const sinceMs = inSight.get(target)?.sinceMs ?? host.clock.monotonicMs();
            inSight.set(target, { sinceMs, ratio: Math.round(entry.intersectionRatio * 100) / 100 });
          } else {
            inSight.delete(target);
          }
        }
        tellDue();
      }),
      { threshold: [ratio, ...Array.from({ length: THRESHOLDS }, (_, i) => (i / THRESHOLDS) ** 2)] },
    );
    const scan = guarded(host, () => {
      rescanTimer = undefined;
      for (const element of document.querySelectorAll(selector)) intersections.observe(element); // again is no harm
    });
    const mutations = new MutationObserver(() => {
      rescanTimer ??= setTimeout(scan, RESCAN_AFTER_MS);
    });

    scan();
    mutations.observe(document, { childList: true, subtree: true, attributeFilter: [NAME] });
    const unhear = hear(host, document, ['visibilitychange'], beginAnew);
    host.onView(() => {
      exposed.clear();
      beginAnew();
    });
    return () => {
      unhear();
      intersections.disconnect();
      mutations.disconnect();
      clearTimeout(dueTimer);
      clearTimeout(rescanTimer);
    };
  };
}

/** From what the observer measured: nothing is laid out for it. */
function isEnough(entry: IntersectionObserverEntry, ratio: number): boolean {
  const viewport = entry.rootBounds?.height ?? innerHeight; // null in a frame of another origin
  const isHigh = entry.boundingClientRect.height > viewport;
  return (
    entry.isIntersecting && (isHigh ? entry.intersectionRect.height >= viewport / 2 : entry.intersectionRatio >= ratio)
  );
}
