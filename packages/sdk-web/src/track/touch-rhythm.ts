import type { Feature } from './feature.js';
import { hear } from './guarded.js';

/** Fewer say nothing of a hand. */
const TAPS_LEAST = 3;
const GAPS_LEAST = 5;
/** Longer is a press, or a pause to think. */
const LONGEST_MS = 2_000;
/** Further is a swipe. */
const TAP_WITHIN_PX = 10;

/**
 * How long taps take, and how long it is from key to key: geometric means, once a view, in a custom event `touch_rhythm`. Never
 * what was tapped or typed, nor where, nor a single moment. Risk control compares them with the user's own: nothing is measured of
 * whoever denied that purpose.
 */
export function touchRhythm(): Feature {
  return (host) => {
    let taps = newMean();
    let gaps = newMean();
    let down: PointerEvent | undefined;
    let keyAt = Number.NEGATIVE_INFINITY;

    function tell(): void {
      const props = {
        ...(taps.count >= TAPS_LEAST && { tap_ms: meanMs(taps), taps: taps.count }),
        ...(gaps.count >= GAPS_LEAST && { key_gap_ms: meanMs(gaps), key_gaps: gaps.count }),
      };
      taps = newMean();
      gaps = newMean();
      if (Object.keys(props).length > 0) host.emit({ type: 'custom', name: 'touch_rhythm', props });
    }

    host.onView(tell);
    host.onHide(tell);
    const stopPointers = hear(host, document, ['pointerdown', 'pointerup'], (event) => {
      const pointer = event as PointerEvent; // of these types
      const began = down;
      down = pointer.type === 'pointerdown' && pointer.isPrimary ? pointer : undefined;
      if (down || began?.pointerId !== pointer.pointerId || isDenied()) return;
      const moved = Math.hypot(pointer.clientX - began.clientX, pointer.clientY - began.clientY);
      if (moved < TAP_WITHIN_PX) add(taps, pointer.timeStamp - began.timeStamp);
    });
    const stopKeys = hear(host, document, ['keydown'], (event) => {
      if ((event as KeyboardEvent).repeat || isDenied()) return; // held down: the machine's rhythm
      add(gaps, event.timeStamp - keyAt);
      keyAt = event.timeStamp;
    });
    return () => {
      stopPointers();
      stopKeys();
    };

    function isDenied(): boolean {
      return host.consent.purposes().risk === 'denied';
    }
  };
}

interface Mean {
  count: number;
  lnSum: number;
}

function newMean(): Mean {
  return { count: 0, lnSum: 0 };
}

function add(mean: Mean, ms: number): void {
  if (!(ms > 0 && ms <= LONGEST_MS)) return;
  mean.count += 1;
  mean.lnSum += Math.log(ms);
}

function meanMs({ count, lnSum }: Mean): number {
  return Math.round(10 * Math.exp(lnSum / count)) / 10;
}
