import { describe, expect, it } from 'vitest';
import { createLogger } from '../observe/logger.js';
import { type CollectorState, NO_HOLD, type SeenCollector } from '../store/loads/collectors.js';
import { type Circle, createCircle, type Pace } from './circle.js';

const PACE: Pace = { tickMs: 5, aloneTickMs: 5, freshMs: 2_000, lapseMs: 4_000, deadMs: 6_000 };

/** A table that all share, in memory, with a clock of its own. */
function createTable() {
  const rows = new Map<string, CollectorState & { readonly at: number }>();
  let skewMs = 0;
  const now = () => performance.now() + skewMs;
  return {
    words: {
      async tell(state: CollectorState) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        rows.set(state.collectorId, { ...state, at: now() });
      },
      async read(): Promise<SeenCollector[]> {
        return [...rows.values()].map(({ at, ...state }) => ({ ...state, ageMs: now() - at }));
      },
    },
    now,
    rows,
    /** Everybody has been silent for so long. */
    pass(ms: number) {
      skewMs += ms;
    },
  };
}

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

function join(table: ReturnType<typeof createTable>, n: number, roles = 'ingest,analyze', words = table.words): Circle {
  return createCircle({ collectorId: id(n), roles, words, logger: createLogger('silent'), now: table.now, pace: PACE });
}

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 5_000; !holds(); ) {
    if (performance.now() > deadline) throw new Error('it did not come to hold within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Loads without a pause, and counts how many are under way at once with a hold. */
function loadForEver(circle: Circle, meets: { inHold: number; together: number; loads: number }): () => Promise<void> {
  let over = false;
  const run = (async () => {
    while (!over) {
      await circle.enter();
      if (meets.inHold > 0) meets.together++;
      await new Promise((resolve) => setTimeout(resolve, 3));
      if (meets.inHold > 0) meets.together++;
      meets.loads++;
      circle.settle();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  return async () => {
    over = true;
    await run;
  };
}

describe('a circle of collectors', () => {
  it('lets one that is alone load at once, and hold at once', async () => {
    const circle = join(createTable(), 1);
    await circle.start();
    expect([circle.hasOthers(), circle.livingOthers(), circle.isFirstAnalyst()]).toEqual([false, 0, true]);
    expect((await circle.enter()).hasLapsed()).toBe(false);
    circle.settle();
    expect(await circle.hold(async () => 'done', 1_000)).toEqual({ result: 'done', held: true });
    await circle.enter();
    await circle.leave();
  });

  it('never has a load and a hold at the same time, whoever calls for it, and goes on loading', async () => {
    const table = createTable();
    const circles = [1, 2, 3].map((n) => join(table, n));
    const meets = { inHold: 0, together: 0, loads: 0 };
    await Promise.all(circles.map((circle) => circle.start()));
    const stops = circles.map((circle) => loadForEver(circle, meets));
    let holds = 0;
    let overlaps = 0;
    const work = async () => {
      if (++meets.inHold > 1) overlaps++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      meets.inHold--;
    };
    for (let round = 0; round < 9; round++) {
      const caller = circles[round % 3] as Circle; // there are three
      const rivals = round < 3 ? circles.filter((circle) => circle !== caller) : [];
      const rivalry = Promise.all(rivals.map((circle) => circle.hold(work, 2_000)));
      while (!(await caller.hold(work, 2_000))?.held) await new Promise((resolve) => setTimeout(resolve, 5));
      await rivalry;
      holds++;
    }
    const before = meets.loads;
    await until(() => meets.loads > before + 5);
    await Promise.all(stops.map((stop) => stop()));
    expect(holds).toBe(9);
    expect([meets.together, overlaps]).toEqual([0, 0]);
    await Promise.all(circles.map((circle) => circle.leave()));
  });

  it('waits for a load that is half done for as long as its collector lives', async () => {
    const table = createTable();
    const [first, second] = [join(table, 1), join(table, 2)];
    await Promise.all([first.start(), second.start()]);
    await until(() => first.hasOthers() && second.hasOthers());
    await second.enter();
    expect(await first.hold(async () => 'done', 100)).toBeUndefined();
    await second.enter(); // another attempt at the same load: what is half done may be ended
    second.settle();
    expect(await first.hold(async () => 'done', 2_000)).toEqual({ result: 'done', held: true });
    await Promise.all([first.leave(), second.leave()]);
  });

  it('does not wait for the dead and for those who left, but counts them among the others', async () => {
    const table = createTable();
    const [gone, living] = [join(table, 2), join(table, 3)];
    // One that said one word, called a hold, and was killed.
    await table.words.tell({ collectorId: id(1), roles: 'ingest,analyze', gone: false, hold: id(7), honours: NO_HOLD });
    await gone.start();
    await gone.leave();
    await living.start();
    const waiting = living.hold(async () => 'done', 200);
    expect(await waiting).toBeUndefined(); // its hold stands, for all that is known
    table.pass(PACE.deadMs + 1);
    await until(() => living.livingOthers() === 0);
    await living.enter(); // it honours the dead one's hold no longer
    living.settle();
    expect(await living.hold(async () => 'done', 1_000)).toEqual({ result: 'done', held: true });
    expect([living.hasOthers(), living.isFirstAnalyst()]).toEqual([true, true]);
    await living.leave();
  });

  it('tells a hold and a load that the others may have gone on meanwhile', async () => {
    const table = createTable();
    let silent: Promise<void> | undefined;
    const words = {
      ...table.words,
      async tell(state: CollectorState) {
        await silent;
        await table.words.tell(state);
      },
    };
    const circle = join(table, 1, 'ingest,analyze', words);
    await circle.start();
    const pass = await circle.enter();
    table.pass(PACE.lapseMs + 1);
    expect(pass.hasLapsed()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 50)); // it was heard again
    expect(pass.hasLapsed()).toBe(true);
    circle.settle();
    const outcome = await circle.hold(async () => {
      silent = new Promise((resolve) => setTimeout(resolve, 60));
      await new Promise((resolve) => setTimeout(resolve, 30));
      table.pass(PACE.lapseMs + 1);
    }, 1_000);
    expect(outcome).toMatchObject({ held: false });
    expect((await circle.hold(async () => 'again', 1_000))?.held).toBe(true);
    await circle.leave();
  });

  it('begins no load without having heard of the others of late, and none when it stops', async () => {
    const table = createTable();
    let fails = false;
    const words = {
      ...table.words,
      read: async () => (fails ? Promise.reject(new Error('away')) : table.words.read()),
    };
    const circle = join(table, 1, 'ingest', words);
    await circle.start();
    fails = true;
    const blocked = table.words.tell;
    words.tell = async () => Promise.reject(new Error('away'));
    table.pass(PACE.freshMs + 1);
    await expect(circle.enter()).rejects.toThrow('away');
    fails = false;
    words.tell = blocked;
    await circle.enter();
    circle.settle();
    await table.words.tell({ collectorId: id(9), roles: '', gone: false, hold: id(8), honours: NO_HOLD });
    await until(() => circle.livingOthers() === 1);
    const waiting = circle.enter();
    circle.shut();
    await expect(waiting).rejects.toMatchObject({ code: 'wal_closed' });
    await circle.leave();
    expect(table.rows.get(id(1))?.gone).toBe(true);
  });

  it('agrees on the analyst with the lowest id', async () => {
    const table = createTable();
    const circles = [join(table, 1, 'ingest'), join(table, 2), join(table, 3)];
    for (const circle of circles) await circle.start();
    await until(() => circles.every((circle) => circle.livingOthers() === 2));
    expect(circles.slice(1).map((circle) => circle.isFirstAnalyst())).toEqual([true, false]);
    for (const circle of circles) await circle.leave();
  });
});
