import { listen } from '../browser/listen.js';
import type { Feature } from './feature.js';
import { hear } from './guarded.js';

/** What is told, how its count is called, and of how many at least: fewer say nothing of a hand. */
const RHYTHMS = [
  ['tap_ms', 'taps', 3],
  ['press_ms', 'presses', 3],
  ['move_ms', 'moves', 3],
  ['key_gap_ms', 'key_gaps', 5],
  ['keyboard_gap_ms', 'keyboard_gaps', 5],
] as const;
/** Longer is held down, wandering about, or a pause to think. */
const LONGEST_MS = 2_000;
/** Further is a swipe. */
const TAP_WITHIN_PX = 10;
/** A mouse that stood still for longer sets out anew; whoever takes aim pauses for less. */
const REST_MS = 300;
/** Shorter is the tremor of the press. */
const SHORTEST_MOVE_MS = 50;

/**
 * How long taps of a finger or pen take, presses of a mouse and its moves to them, and how long it is from key to key, on the screen
 * or, where the mouse was used last, of a keyboard: geometric means, once a view, in a custom event `touch_rhythm`. Never what was
 * tapped or typed, nor where, nor a single moment. Risk control compares them with the user's own: nothing is measured of whoever
 * denied that purpose.
 */
export function touchRhythm(): Feature {
  return (host) => {
    let means: Partial<Record<(typeof RHYTHMS)[number][0], Mean>> = {};
    let down: PointerEvent | undefined;
    let isMouse = true; // a phone has no keys before it is touched
    let keyAt = Number.NEGATIVE_INFINITY;
    const move = { setOutAt: Number.NaN, at: Number.NEGATIVE_INFINITY }; // written in place: a pointer moves all the time

    function tell(): void {
      const props: Record<string, number> = {};
      for (const [name, counted, least] of RHYTHMS) {
        const { count, lnSum } = means[name] ?? NONE;
        if (count >= least)
          Object.assign(props, { [name]: Math.round(10 * Math.exp(lnSum / count)) / 10, [counted]: count });
      }
      means = {};
      if (Object.keys(props).length > 0) host.emit({ type: 'custom', name: 'touch_rhythm', props });
    }

    function add(name: keyof typeof means, ms: number): void {
      if (!(ms > 0 && ms <= LONGEST_MS)) return;
      const { count, lnSum } = means[name] ?? NONE;
      means[name] = { count: count + 1, lnSum: lnSum + Math.log(ms) };
    }

    host.onView(tell);
    host.onHide(tell);
    const stopPointers = hear(host, document, ['pointerdown', 'pointerup'], (event) => {
      const pointer = event as PointerEvent; // of these types
      const began = down;
      const setOutAt = move.setOutAt;
      down = undefined;
      keyAt = Number.NEGATIVE_INFINITY; // from here on another field, or another keyboard
      move.setOutAt = Number.NaN;
      move.at = Number.NEGATIVE_INFINITY;
      if (isDenied()) return;
      if (pointer.type === 'pointerdown') {
        if (!pointer.isPrimary) return;
        down = pointer;
        isMouse = pointer.pointerType === 'mouse';
        const moveMs = pointer.timeStamp - setOutAt;
        if (isMouse && moveMs > SHORTEST_MOVE_MS) add('move_ms', moveMs);
      } else if (began?.pointerId === pointer.pointerId) {
        const moved = Math.hypot(pointer.clientX - began.clientX, pointer.clientY - began.clientY);
        if (moved < TAP_WITHIN_PX) add(isMouse ? 'press_ms' : 'tap_ms', pointer.timeStamp - began.timeStamp);
      }
    });
    const stopMoves = listen(document, 'pointermove', ({ timeStamp }) => {
      if (timeStamp - move.at > REST_MS) move.setOutAt = isDenied() ? Number.NaN : timeStamp;
      move.at = timeStamp;
    });
    const stopKeys = hear(host, document, ['keydown'], (event) => {
      if ((event as KeyboardEvent).repeat || isDenied()) return; // held down: the machine's rhythm
      add(isMouse ? 'keyboard_gap_ms' : 'key_gap_ms', event.timeStamp - keyAt);
      keyAt = event.timeStamp;
    });
    return () => {
      stopPointers();
      stopMoves();
      stopKeys();
    };

    function isDenied(): boolean {
      return host.consent.purposes().risk === 'denied';
    }
  };
}

interface Mean {
  readonly count: number;
  readonly lnSum: number;
}

const NONE: Mean = { count: 0, lnSum: 0 };
