import type { Feature } from './feature.js';
import { guarded, hear } from './guarded.js';

export interface ScrollDepthOptions {
  /** Depths, 0..1, that are told as `scroll` events, once a view each, when scrolling reaches them. Default none. */
  readonly milestones?: readonly number[];
}

/** Ten looks a second are enough for a depth, and between frames the layout is mostly clean: a look costs next to nothing. */
const LOOK_AFTER_MS = 100;

/**
 * How deep the page was seen, as `scrollDepthRatio` of `view_end`: the lowest bottom of the viewport as a share of the
 * greatest height that the page had in this view, 1 where it fits. The greatest, because a page that a dialog locks is
 * shorter for a while, and one that still loads is shorter at first.
 */
export function scrollDepth({ milestones = [] }: ScrollDepthOptions = {}): Feature {
  return (host) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let scrolled = false;
    let deepest = 0;
    let height = 0;
    let told = 0;

    const ratio = () => Math.min(1, Math.round(((deepest + 1) / height) * 1_000) / 1_000); // + 1: browsers round heights

    function look(): void {
      timer = undefined;
      const { scrollTop, clientHeight, scrollHeight } = document.scrollingElement ?? document.documentElement;
      deepest = Math.max(deepest, scrollTop + clientHeight);
      height = Math.max(height, scrollHeight);
      if (!scrolled) return;
      const reached = ratio();
      for (const depthRatio of milestones) {
        if (depthRatio > told && depthRatio <= reached) host.emit({ type: 'scroll', depthRatio });
      }
      told = Math.max(told, reached);
    }

    function lookSoon(): void {
      timer ??= setTimeout(guarded(host, look), LOOK_AFTER_MS);
    }

    function cancelLook(): void {
      clearTimeout(timer);
      timer = undefined;
    }

    host.onView(() => {
      cancelLook();
      scrolled = false;
      deepest = height = told = 0;
    });
    host.atViewEnd(() => {
      // Where a router changes the page before the address, or after it, this is not the view's own page to look at.
      lookSoon();
      return height ? { scrollDepthRatio: ratio() } : {};
    });
    const unhear = hear(host, document, ['scroll'], ({ target }) => {
      if (target !== document) return; // a box that scrolls within the page
      scrolled = true;
      lookSoon();
    });
    return () => {
      unhear();
      cancelLook();
    };
  };
}
