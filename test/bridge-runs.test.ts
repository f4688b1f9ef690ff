import { describe, expect, it } from 'vitest';
import { createDisk } from '../benchmarks/src/bridge/in-shell/disk.js';
import { createLossyWay } from '../benchmarks/src/bridge/in-shell/lossy-way.js';
import { createTrackedEvents } from '../benchmarks/src/bridge/in-shell/tracked-events.js';
import { FAULTS, planRun } from '../benchmarks/src/bridge/plan.js';
import { createRandom } from '../benchmarks/src/load/random.js';

describe('a run of the bridge benchmark', () => {
  it('is planned by its seed alone, and every fault happens in many', () => {
    expect(planRun(7, undefined)).toEqual(planRun(7, undefined));
    const plans = Array.from({ length: 40 }, (_, seed) => planRun(seed, undefined));
    for (const fault of FAULTS) expect(plans.filter(({ faults }) => faults.includes(fault)).length).toBeGreaterThan(8);
    expect(planRun(7, 'kill').steps.filter(({ kind }) => kind === 'host-death' || kind === 'silence')).toEqual([]);
  });

  it('promises what lies on a disk', () => {
    const events = createTrackedEvents('page');
    for (let n = 0; n < 5; n++) events.next();
    for (const n of [1, 2, 4, 2]) events.written(n);
    expect(events.promised()).toEqual([
      { name: 'page', from: 1, count: 2 },
      { name: 'page', from: 4, count: 1 },
    ]);
    expect(events.late()).toEqual([
      { name: 'page', from: 0, count: 1 },
      { name: 'page', from: 3, count: 1 },
    ]);
  });

  it('loses and doubles messages by its seed', async () => {
    const play = async () => {
      const fates: string[] = [];
      const heard: string[] = [];
      const say = createLossyWay({
        random: createRandom(3),
        weather: () => ({ lost: 0.3, copied: 0.3, maxDelayMs: 5 }),
        deliver: (text) => heard.push(text),
        note: (_, fate) => fates.push(fate),
      });
      for (let n = 0; n < 200; n++) say(`${n}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { fates, heard };
    };
    const [one, two] = [await play(), await play()];
    expect(one.fates).toEqual(two.fates);
    const lost = one.fates.filter((fate) => fate === 'lost').length;
    expect(lost).toBeGreaterThan(40);
    expect(lost).toBeLessThan(80);
    expect(new Set(one.heard).size).toBe(200 - lost);
    expect(one.heard.length).toBeGreaterThan(200 - lost + 25);
  });

  it('leaves of the write that a death interrupts all, half or nothing, and never says that it is done', async () => {
    const left = new Set<string | undefined>();
    for (let seed = 0; seed < 30; seed++) {
      const disk = createDisk(createRandom(seed));
      const { files, cut } = disk.mount();
      await files.append('log', 'kept ');
      let isDone = false;
      void files.append('log', 'lost').then(() => {
        isDone = true;
      });
      cut();
      left.add(await disk.mount().files.read('log'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(isDone).toBe(false);
    }
    expect([...left].sort()).toEqual(['kept ', 'kept lo', 'kept lost']);
  });
});
