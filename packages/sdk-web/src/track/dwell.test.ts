import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTENTION_MS, createDwellTimer, type DwellTimes } from './dwell.js';

type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'visible' | 'focused'; readonly on: boolean }
  | { readonly kind: 'attend' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 45_000 }) }),
  fc.record({ kind: fc.constantFrom('visible' as const, 'focused' as const), on: fc.boolean() }),
  fc.record({ kind: fc.constant('attend' as const) }),
);

/** The definition, one millisecond at a time. */
function naive(steps: readonly Step[], start: { readonly visible: boolean; readonly focused: boolean }): DwellTimes {
  let { visible, focused } = start;
  let attention = ATTENTION_MS;
  const times = { visibleMs: 0, focusedMs: 0, dwellMs: 0 };
  for (const now of steps) {
    if (now.kind === 'wait') {
      for (let ms = 0; ms < now.ms; ms++) {
        if (visible) times.visibleMs++;
        if (visible && focused) times.focusedMs++;
        if (visible && focused && attention > 0) times.dwellMs++;
        attention--;
      }
      continue;
    }
    if (now.kind === 'visible') visible = now.on;
    if (now.kind === 'focused') focused = now.on;
    if (now.kind === 'attend' || now.on) attention = ATTENTION_MS;
  }
  return times;
}

describe('createDwellTimer', () => {
  it('agrees with a count of the milliseconds, however a view is hidden, left and looked at', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.record({ visible: fc.boolean(), focused: fc.boolean() }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (steps, start, origin) => {
          let now = origin;
          const timer = createDwellTimer(() => now, start.visible, start.focused);
          for (const next of steps) {
            if (next.kind === 'wait') now += next.ms;
            else if (next.kind === 'visible') timer.setVisible(next.on);
            else if (next.kind === 'focused') timer.setFocused(next.on);
            else timer.attend();
          }
          const read = timer.read();
          expect(read).toEqual(naive(steps, start));
          expect(timer.read()).toEqual(read); // reading changes nothing
        },
      ),
      { numRuns: 150 },
    );
  });

  it('lets attention run out after thirty seconds and begin anew with a sign of it', () => {
    let now = 0;
    const timer = createDwellTimer(() => now, true, true);
    now = 100_000;
    expect(timer.read()).toEqual({ visibleMs: 100_000, focusedMs: 100_000, dwellMs: 30_000 });
    timer.attend();
    now = 110_000;
    expect(timer.read().dwellMs).toBe(40_000);
  });

  it('does not count hidden time', () => {
    let now = 0;
    const timer = createDwellTimer(() => now, false, true);
    now = 5_000;
    timer.setVisible(true);
    now = 6_000;
    timer.setVisible(false);
    now = 60_000;
    expect(timer.read()).toEqual({ visibleMs: 1_000, focusedMs: 1_000, dwellMs: 1_000 });
  });
});
