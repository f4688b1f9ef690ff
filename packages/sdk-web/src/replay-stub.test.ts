import { describe, expect, it, vi } from 'vitest';
import type { Client } from './boot/client.js';
import { type Held, type PageOptions, replayStub, type StartClient } from './replay-stub.js';

const options: PageOptions = { endpoint: 'https://collect.example', writeKey: 'tm_pk_0123456789ab' };

function hold(more: Partial<Held> = {}): Held {
  return { options, at: [1_000, 10], calls: [], dropped: 0, ...more };
}

/** A client of which each call notes the time that it believes it is. */
function fakeStart() {
  const log: string[] = [];
  const given: PageOptions[] = [];
  const start: StartClient = (startOptions, wallMs, monotonicMs) => {
    given.push(startOptions);
    const note = (what: string) => log.push(`${what} at ${wallMs()}/${monotonicMs()}`);
    note('init');
    return {
      track: (name: string) => note(`track ${name}`),
      flush: async () => note('flush'),
    } as unknown as Client;
  };
  return { log, given, start };
}

describe('replayStub', () => {
  it('makes every call in its order, at the time it was made at', async () => {
    const settled = vi.fn();
    const held = hold();
    held.calls.push(
      { method: 'track', args: ['a'], at: [1_100, 110], settle: settled },
      { method: 'flush', args: [], at: [1_200, 210], settle: settled },
      { method: 'track', args: ['b'], at: [1_300, 310], settle: settled },
    );
    const { log, start } = fakeStart();
    replayStub(held, start);
    expect(log).toEqual(['init at 1000/10', 'track a at 1100/110', 'flush at 1200/210', 'track b at 1300/310']);
    expect(settled.mock.calls[1]?.[0]).toBeInstanceOf(Promise);
  });

  it('lets the clocks run once all calls are made', () => {
    const held = hold();
    let read = () => [0, 0];
    replayStub(held, (_, wallMs, monotonicMs) => {
      read = () => [wallMs(), monotonicMs()];
      return {} as Client;
    });
    const [wall = 0, monotonic = 0] = read();
    expect(Math.abs(wall - Date.now())).toBeLessThan(1_000);
    expect(Math.abs(monotonic - performance.now())).toBeLessThan(1_000);
    expect(held.client).toBeDefined();
  });

  it('makes a call that came out of another one, too', () => {
    const held = hold();
    const { log, start } = fakeStart();
    const again = () =>
      void held.calls.push({ method: 'track', args: ['b'], at: [1_500, 510], settle: () => undefined });
    held.calls.push({ method: 'track', args: ['a'], at: [1_100, 110], settle: again });
    replayStub(held, start);
    expect(log.slice(1)).toEqual(['track a at 1100/110', 'track b at 1500/510']);
  });

  it('counts what was dropped where all drops are counted', () => {
    const { given, start } = fakeStart();
    replayStub(hold({ dropped: 7, options: { ...options, features: ['clicks'] } }), start);
    const [named, counting] = given[0]?.features ?? [];
    const drop = vi.fn();
    expect(named).toBe('clicks');
    if (typeof counting === 'function') counting({ drop } as unknown as Parameters<typeof counting>[0]);
    expect(drop).toHaveBeenCalledWith('snippet_full', 7);
  });

  it.each([
    [undefined, 1],
    [{ ...options, features: 'clicks' as unknown as readonly string[] }, 2],
  ])('counts it with the options %o, too', (odd, count) => {
    const { given, start } = fakeStart();
    replayStub(hold({ dropped: 7, options: odd as PageOptions }), start);
    expect(given[0]?.features).toHaveLength(count);
  });

  it('starts with what a page without types gave for options, which may be nothing', () => {
    const { given, start } = fakeStart();
    replayStub(hold({ options: undefined as unknown as PageOptions }), start);
    expect(given).toEqual([{ features: [] }]);
  });
});
