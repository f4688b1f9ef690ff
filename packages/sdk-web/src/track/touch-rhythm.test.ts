// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { touchRhythm } from './touch-rhythm.js';

const MOUSE = { pointerType: 'mouse' };

function startTouchRhythm(purposes: { risk?: 'granted' | 'denied' } = {}) {
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
    tap(ms: number, { movedPx = 0, pointerId = 1, isPrimary = true, pointerType = 'touch' } = {}) {
      send('pointerdown', { pointerId, isPrimary, pointerType, clientX: 5, clientY: 5 });
      atMs += ms;
      send('pointerup', { pointerId, isPrimary, pointerType, clientX: 5 + movedPx, clientY: 5 });
      atMs += 500;
    },
    /** The mouse moves every 16 ms for so long, and rests. */
    move(ms: number, restMs = 0) {
      for (const endMs = atMs + ms; atMs < endMs; atMs += 16) send('pointermove', { pointerType: 'mouse' });
      atMs += restMs;
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

  it('tells presses of a mouse, and keys where it was used last, apart from taps and keys on the screen', () => {
    const { events, hide, key, tap } = startTouchRhythm();
    for (let n = 0; n < 3; n++) tap(90, { pointerType: n === 1 ? 'pen' : 'touch' });
    for (let n = 0; n < 6; n++) key(300);
    for (let n = 0; n < 4; n++) tap(120, MOUSE);
    for (let n = 0; n < 7; n++) key(100); // the first of either comes after a press
    hide();
    expect(events.map(({ props }) => props)).toEqual([
      {
        ...{ tap_ms: 90, taps: 3, press_ms: 120, presses: 4 },
        ...{ key_gap_ms: 300, key_gaps: 5, keyboard_gap_ms: 100, keyboard_gaps: 6 },
      },
    ]);
  });

  it('has a move begin where the mouse sets out after a rest or a press, and end with the press', () => {
    const { events, hide, move, tap } = startTouchRhythm();
    const press = () => tap(100, { ...MOUSE, movedPx: 12 }); // no press that counts by itself
    move(480, 900); // looks about, and rests
    for (const aimMs of [20, 220]) {
      move(480, aimMs);
      press();
    }
    move(160, 20);
    press();
    press(); // again, in place
    move(32, 0); // the tremor of a press after a rest
    press();
    move(2_400); // wanders about
    press();
    move(480, 20);
    tap(100); // of a finger
    hide();
    const means = Math.round(10 * Math.cbrt(500 * 700 * 180)) / 10;
    expect(events.map(({ props }) => props)).toEqual([{ move_ms: means, moves: 3 }]);
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
    const purposes: { risk: 'granted' | 'denied' } = { risk: 'denied' };
    const { events, hide, key, move, tap } = startTouchRhythm(purposes);
    for (let n = 0; n < 10; n++) {
      for (const more of [{}, MOUSE]) {
        tap(80, more);
        key(100);
        move(160);
        purposes.risk = 'granted'; // what began before is not told either
        tap(80, { ...more, movedPx: 12 });
        purposes.risk = 'denied';
      }
    }
    hide();
    expect(events).toEqual([]);
  });

  it('hears nothing after the stop', () => {
    const { events, hide, move, stop, tap } = startTouchRhythm();
    stop();
    for (let n = 0; n < 5; n++) {
      move(160);
      tap(80, MOUSE);
    }
    hide();
    expect(events).toEqual([]);
  });
});
