import { describe, expect, it } from 'vitest';
import { makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { createLiveHub, type LiveBatch } from './live-hub.js';

/** Custom events named by a number, from `first` on. */
function published(first: number, count: number, workspaceId = 'w'): LiveBatch {
  const { context } = makeBatch();
  const rows = Array.from({ length: count }, (_, index) => ({
    event: makeEvent(first + index, { name: String(first + index) }),
  }));
  return { batch: { workspaceId, context, receivedAt: 0 }, rows };
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('the live hub', () => {
  function listen(hub: ReturnType<typeof createLiveHub>, after = 0, workspaceId = 'w') {
    const seen: { number: number; label: string }[] = [];
    const stop = hub.listen(workspaceId, after, (events) => {
      for (const { number, event } of events) seen.push({ number, label: event.label });
    });
    return {
      numbers: () => seen.map(({ number }) => number),
      labels: () => seen.map(({ label }) => Number(label)),
      stop,
    };
  }

  it.each([
    ['one by one', 1],
    ['in batches that fit', 25],
    ['in batches that do not', 30],
    ['all at once', 300],
  ])('shows who comes later the last 50 events, %s', (_, size) => {
    const hub = createLiveHub();
    for (let first = 1; first <= 300; first += size) hub.publish(published(first, size));
    const listener = listen(hub);
    expect(listener.numbers()).toEqual(range(251, 300));
    expect(listener.labels()).toEqual(range(251, 300));
  });

  it('hands everything to who is there, and nothing to who has gone or watches another workspace', () => {
    const hub = createLiveHub();
    const here = listen(hub);
    const elsewhere = listen(hub, 0, 'x');
    hub.publish(published(1, 120));
    expect(here.labels()).toEqual(range(1, 120));
    here.stop();
    hub.publish(published(121, 1));
    expect(here.numbers()).toEqual(range(1, 120));
    expect(elsewhere.numbers()).toEqual([]);
  });

  it('goes on behind the number that a listener saw, and from the start for a number of another life', () => {
    const hub = createLiveHub();
    hub.publish(published(1, 60));
    expect(listen(hub, 58).numbers()).toEqual([59, 60]);
    expect(listen(hub, 60).numbers()).toEqual([]);
    expect(listen(hub, 61).numbers()).toEqual(range(11, 60));
  });
});
