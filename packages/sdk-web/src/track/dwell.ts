import { LIMITS } from '@tidemark/protocol';

/** Times of one view so far, whole milliseconds. Each is a part of the one before. */
export interface DwellTimes {
  readonly visibleMs: number;
  readonly focusedMs: number;
  /** Visible, focused and attended: what the protocol calls dwell. */
  readonly dwellMs: number;
}

export interface DwellTimer {
  setVisible(visible: boolean): void;
  setFocused(focused: boolean): void;
  /** The person did something: touched, typed, scrolled, moved. */
  attend(): void;
  read(): DwellTimes;
}

/** Attention lasts this long after a sign of it. */
export const ATTENTION_MS = 30_000;

/**
 * Measures by the monotonic clock, so that a step of the wall clock changes nothing.
 *
 * @param monotonicMs - the page's monotonic clock.
 * @param visible - at the start, as `focused`.
 */
export function createDwellTimer(monotonicMs: () => number, visible: boolean, focused: boolean): DwellTimer {
  let last = monotonicMs();
  let attendedUntil = last + ATTENTION_MS; // opening a view is a sign of attention
  let visibleMs = 0;
  let focusedMs = 0;
  let dwellMs = 0;

  /** Adds the stretch since the last change under the state that held during it. */
  function settle(): void {
    const now = monotonicMs();
    if (visible) {
      visibleMs += now - last;
      if (focused) {
        focusedMs += now - last;
        dwellMs += Math.max(0, Math.min(now, attendedUntil) - last);
      }
    }
    last = now;
  }

  function attend(): void {
    settle();
    attendedUntil = last + ATTENTION_MS;
  }

  return {
    setVisible(next) {
      settle();
      visible = next;
      if (next) attend(); // coming back is a sign, too
    },
    setFocused(next) {
      settle();
      focused = next;
      if (next) attend();
    },
    attend,
    read() {
      settle();
      return { visibleMs: whole(visibleMs), focusedMs: whole(focusedMs), dwellMs: whole(dwellMs) };
    },
  };
}

/** A page that stood open for days, in a hall or on a device that slept, must not lose its view for it. */
function whole(ms: number): number {
  return Math.min(Math.round(ms), LIMITS.dwellMaxMs);
}
