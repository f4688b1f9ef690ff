// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { touchRhythm } from './touch-rhythm.js';

function startTouchRhythm(purposes = {}) {
  document.body.innerHTML = '<input id="secret">';
  const started = startFeature(touchRhythm(), { purposes: () => purposes });
  onTestFinished(started.stop);
  let atMs = 1_000;
  const send = (type: string, fields: object) => {
    const event = new Event(type, { bubbles: true, composed: true });
    for (const [name, value] of Object.entries({ timeStamp: atMs, ...fields }))
      Object.defineProperty(event, name, { value });
    document.querySelector('input')?.dispatchEvent(event);
  };
  return {
    ...started,
    tap(ms: number, { movedPx = 0, pointerId = 1, isPrimary = true } = {}) {
      send('pointerdown', { pointerId, isPrimary, clientX: 5, clientY: 5 });
      atMs += ms;
      send('pointerup', { pointerId, isPrimary, clientX: 5 + movedPx, clientY: 5 });
      atMs += 500;
    },
    key(gapMs: number, fields = {}) {
      atMs += gapMs;
      send('keydown', { key: 'x', repeat: false, ...fields });
    },
  };
}

describe('touchRhythm', () => {
  it('tells the geometric means of a view when it ends or is hidden, and nothing else of it', () => {
    const { beginView, dropped, events, hide, key, tap } = startTouchRhythm();
    for (const ms of [40, 90, 160]) tap(ms);
    for (const ms of [5_000, 100, 200, 400, 200, 200]) key(ms); // the first comes after a pause
    beginView();
    expect(events).toEqual([
      { type: 'custom', name: 'touch_rhythm', props: { tap_ms: 83.2, taps: 3, key_gap_ms: 200, key_gaps: 5 } },
    ]);
    for (const ms of [100, 100, 100]) tap(ms);
    hide();
    hide();
    expect(events.slice(1)).toEqual([{ type: 'custom', name: 'touch_rhythm', props: { tap_ms: 100, taps: 3 } }]);
    expect(dropped).toEqual({});
  });

  it('takes no swipe, no press, no second finger and no key that is held for one, and says nothing of a few', () => {
    const { events, hide, key, tap } = startTouchRhythm();
    for (let n = 0; n < 5; n++) {
      tap(80, { movedPx: 12 });
      tap(2_500);
      tap(80, { isPrimary: false, pointerId: 2 });
      key(30, { repeat: true });
    }
    tap(80);
    tap(80);
    hide();
    expect(events).toEqual([]);
  });

  it('measures nobody who denied risk control', () => {
    const { events, hide, key, tap } = startTouchRhythm({ risk: 'denied' });
    for (let n = 0; n < 10; n++) {
      tap(80);
      key(100);
    }
    hide();
    expect(events).toEqual([]);
  });

  it('hears nothing after the stop', () => {
    const { events, hide, stop, tap } = startTouchRhythm();
    stop();
    for (let n = 0; n < 5; n++) tap(80);
    hide();
    expect(events).toEqual([]);
  });
});
