import { createRandom, integerBetween, pick, type Random } from '../../benchmarks/src/load/random.js';
import { checkWorld, type WorldResult } from './check-world.js';
import { installDatabases } from './databases.js';
import type { Mutation } from './mutations.js';
import { planWorld, TROUBLES, type Trouble, type WorldPlan } from './plan-world.js';
import { type createTools, createVirtualCollector, type VirtualCollector } from './virtual-collector.js';
import { createVirtualDevice, type VirtualDevice } from './virtual-device.js';
import { createVirtualDisk, type VirtualDisk } from './virtual-disk.js';
import { createVirtualFetch, FAIR } from './virtual-network.js';
import { createVirtualStore, type VirtualStore } from './virtual-store.js';
import { type VirtualTime, withVirtualTime } from './virtual-time.js';

export interface WorldOptions {
  readonly seed: number;
  readonly tools: ReturnType<typeof createTools>;
  readonly mutation?: Mutation;
  /** Told of what happens, line by line. */
  readonly trace?: (line: string) => void;
}

/** 2026-01-05T10:30:00Z: when worlds begin. */
const EPOCH_MS = Date.UTC(2026, 0, 5, 10, 30);
/** After the last trouble everything must come to its end within this. */
const HEALED_WITHIN_MS = 3_600_000;
const LOOK_MS = 5_000;
/** A collector that was killed is back by then, and has begun to load what it found. */
const SOON_MS = 4_000;
const CLOCK_STEP_MAX_MS = 86_400_000;

/** Plays one world to its end and looks at what is left. Same seed, same world. */
export function runWorld({ seed, tools, mutation = {}, trace }: WorldOptions): Promise<WorldResult> {
  const random = createRandom(seed);
  return withVirtualTime(seed + 1, async (time) => {
    const databases = installDatabases(random);
    const say = trace
      ? (line: string) => trace(`${(time.now() / 1_000).toFixed(3).padStart(9)}  ${line}`)
      : () => undefined;
    const plan = planWorld(random);
    say(JSON.stringify(plan));
    let healed = false;
    const unhandled: string[] = [];
    const note = (reason: unknown) => void unhandled.push(`nobody handled: ${reason}`);
    process.on('unhandledRejection', note);
    try {
      const disk = createVirtualDisk(time, random);
      const store = createVirtualStore(time, random);
      const collector: VirtualCollector = createVirtualCollector(
        {
          time,
          random,
          disk,
          store,
          mutation,
          epochMs: EPOCH_MS,
          trace: say,
          onAck() {
            if (!healed && random() < plan.cutAtAckRatio) time.after(random(), collector.cutPower);
          },
        },
        tools,
      );
      let isOffline = false;
      const network = {
        time,
        random,
        weather: () => (healed ? FAIR : { ...plan.weather, isOffline }),
        deliver: collector.handle,
      };
      const devices = Array.from({ length: plan.devices }, (_, index) =>
        createVirtualDevice({
          name: `device${index}`,
          time,
          random,
          epochMs: EPOCH_MS,
          fetch: (page) => createVirtualFetch(network, page),
          mutation,
          cutDatabase: databases.cut,
          trace: say,
        }),
      );
      const setOffline = (is: boolean) => {
        isOffline = is;
      };
      const isOver = () => healed;
      play({ time, random, plan, disk, store, collector, devices, setOffline, isOver, say });
      await time.runUntil(() => false, plan.durationMs);
      say('everything heals');
      healed = true;
      disk.setTrouble(0, false);
      store.setTrouble({ isDown: false, failRatio: 0, slowMs: 0 });
      const isDone = await heal(time, collector, devices);
      return await checkWorld({ seed, isDone, collector, devices, store, unhandled });
    } finally {
      process.off('unhandledRejection', note);
      databases.restore();
    }
  });
}

interface Scene {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly plan: WorldPlan;
  readonly disk: VirtualDisk;
  readonly store: VirtualStore;
  readonly collector: VirtualCollector;
  readonly devices: readonly VirtualDevice[];
  readonly setOffline: (is: boolean) => void;
  readonly isOver: () => boolean;
  readonly say: (line: string) => void;
}

/** Sets going what will happen by itself. */
function play(scene: Scene): void {
  const { time, random, plan, isOver } = scene;

  function again(everyMs: number, happen: () => void): void {
    time.after(-Math.log(1 - random()) * everyMs, () => {
      if (isOver()) return;
      happen();
      again(everyMs, happen);
    });
  }
  for (const device of scene.devices) again(plan.trackEveryMs, () => device.track(integerBetween(random, 1, 6)));
  const happenings = troubles(scene);
  for (const name of TROUBLES) {
    const everyMs = plan.every[name];
    if (everyMs !== undefined) again(everyMs, happenings[name]);
  }
}

function troubles(scene: Scene): Readonly<Record<Trouble, () => void>> {
  const { time, random, disk, store, collector, devices, setOffline, isOver, say } = scene;
  const someone = () => pick(random, devices);
  const forAWhile = (what: string, begin: () => void, end: () => void) => () => {
    const lastsMs = integerBetween(random, 1, 25) * 1_000;
    say(`${what} for ${lastsMs} ms`);
    begin();
    time.after(lastsMs, () => isOver() || end());
  };
  const well = { isDown: false, failRatio: 0, slowMs: 0 };
  return {
    pageKilled: () => someone().kill(),
    pageLeft: () => someone().leave(),
    diesWhileTracking: () => void someone().trackAndDie(integerBetween(random, 1, 4), integerBetween(random, 0, 6)),
    clockSet: () => someone().setClock(integerBetween(random, -CLOCK_STEP_MAX_MS, CLOCK_STEP_MAX_MS)),
    offline: forAWhile(
      'the network is away',
      () => setOffline(true),
      () => {
        setOffline(false);
        for (const device of devices) device.resume();
      },
    ),
    collectorKilled: collector.kill,
    killedAndCut() {
      collector.kill();
      time.after(random() * SOON_MS, () => isOver() || collector.cutPower());
    },
    powerCut: collector.cutPower,
    collectorRestarted: () => void collector.restart(),
    storeDown: forAWhile(
      'the store is down',
      () => store.setTrouble({ ...well, isDown: true }),
      () => store.setTrouble(well),
    ),
    storeFails: forAWhile(
      'the store fails now and then',
      () => store.setTrouble({ isDown: false, failRatio: 0.5, slowMs: 100 }),
      () => store.setTrouble(well),
    ),
    diskFails: forAWhile(
      'the disk fails now and then',
      () => disk.setTrouble(0.2, false),
      () => disk.setTrouble(0, false),
    ),
    diskFull: forAWhile(
      'the disk is full',
      () => disk.setTrouble(0, true),
      () => disk.setTrouble(0, false),
    ),
  };
}

/** @returns whether all queues are empty and everything is in the store. */
async function heal(
  time: VirtualTime,
  collector: VirtualCollector,
  devices: readonly VirtualDevice[],
): Promise<boolean> {
  let isDone = false;
  const look = async (): Promise<void> => {
    for (const device of devices) device.resume();
    const waiting = await Promise.all(devices.map((device) => device.waiting()));
    isDone = waiting.every((count) => count === 0) && collector.pipeline()?.loader.isIdle() === true;
    if (!isDone) time.after(LOOK_MS, () => void look());
  };
  time.after(LOOK_MS, () => void look());
  return time.runUntil(() => isDone, HEALED_WITHIN_MS);
}
