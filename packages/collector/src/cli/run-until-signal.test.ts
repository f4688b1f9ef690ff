import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { runUntilSignal } from './run-until-signal.js';

/** A process that can be signalled and that only notes how it ended. */
function createProcess() {
  const signals = new EventEmitter();
  const exits: number[] = [];
  let nowMs = 0;
  return {
    exits,
    host: {
      onSignal: (signal: string, listener: () => void) => void signals.on(signal, listener),
      exit: (code: number) => void exits.push(code),
      now: () => nowMs,
    },
    signal: (name: 'SIGINT' | 'SIGTERM', atMs: number) => {
      nowMs = atMs;
      signals.emit(name);
    },
  };
}

describe('signals to stop', () => {
  it('that come twice within a moment, as wrappers and terminals pass them on, are one: the stop comes to its end', async () => {
    const { exits, host, signal } = createProcess();
    let stops = 0;
    let stopped = (): void => undefined;
    const close = () => {
      stops++;
      return new Promise<void>((resolve) => {
        stopped = resolve;
      });
    };
    runUntilSignal(Promise.resolve({ close }), undefined, host);
    signal('SIGINT', 5_000);
    signal('SIGTERM', 5_000);
    signal('SIGINT', 5_999);
    await Promise.resolve();
    expect([stops, exits]).toEqual([1, []]);
    stopped();
    await new Promise(setImmediate);
    expect(exits).toEqual([0]);
  });

  it('that come again a second later end at once', () => {
    const { exits, host, signal } = createProcess();
    runUntilSignal(new Promise(() => undefined), undefined, host);
    signal('SIGTERM', 5_000);
    signal('SIGTERM', 6_000);
    expect(exits).toEqual([130]);
  });
});
