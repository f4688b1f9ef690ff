import { beforeAll, describe, expect, it } from 'vitest';
import { type BridgeWorld, withBridgeWorld } from '../../benchmarks/src/bridge/bridge-world.js';
import { isWhole, judgeRuns, type RunOutcome, type StoreAudit } from '../../benchmarks/src/bridge/judge-runs.js';
import { openShell } from '../../benchmarks/src/bridge/open-shell.js';
import { planRun } from '../../benchmarks/src/bridge/plan.js';
import { playRuns } from '../../benchmarks/src/bridge/play-runs.js';
import type { Shell } from '../../benchmarks/src/bridge/shell-report.js';
import type { Tables } from '../../benchmarks/src/chaos/open-tables.js';
import { waitUntil } from '../../benchmarks/src/process/wait-until.js';
import { FAIR } from '../../benchmarks/src/sdk/weather.js';
import { CHROMIUM } from './chromium.js';

/*
 * Runs of `pnpm bench bridge`, against the collector, the page's script and the native host as built, which `npm test` does
 * before. They mostly wait, so all are played together, and each is judged by itself.
 */
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const WITHIN_MS = 5 * 60_000;
const APP = 'late-host';
const EVENTS = 20;

describe.skipIf(!CHROMIUM)('the bridge between a page and its host', () => {
  let outcomes: readonly RunOutcome[] = [];
  let store: StoreAudit | undefined;
  let lateHost: Awaited<ReturnType<typeof playLateHost>> | undefined;
  let lateRows: readonly LateRow[] = [];

  beforeAll(async () => {
    await withBridgeWorld(async (world) => {
      lateHost = await playLateHost(world);
      const played = await playRuns(
        world,
        SEEDS.map((seed) => planRun(seed, undefined)),
        SEEDS.length,
        () => undefined,
      );
      await world.readStore(async (tables) => {
        ({ outcomes, store } = await judgeRuns(tables, played));
        lateRows = await readLateRows(tables);
      });
    });
  }, WITHIN_MS);

  it.for(SEEDS.map((seed) => ({ seed, faults: planRun(seed, undefined).faults.join(', ') })))(
    'loses nothing and stores nothing twice: seed $seed, $faults',
    ({ seed }) => {
      const outcome = outcomes.find(({ run }) => run.plan.seed === seed);
      expect(outcome?.run.fault).toBeUndefined();
      expect(outcome).toMatchObject({ lostLabels: [], lost: 0, duplicatedInStore: 0 });
      expect(outcome && isWhole(outcome)).toBe(true);
    },
  );

  it('promises most of what was tracked', () => {
    const counts = (list: 'promised' | 'late') =>
      outcomes.flatMap(({ run }) => run.report?.[list] ?? []).reduce((sum, { count }) => sum + count, 0);
    expect(counts('promised')).toBeGreaterThan(counts('late'));
  });

  it('has aggregates that say what the rows say, and gives no number to two events', () => {
    expect(store).toEqual({ aggregatesEqual: true, numbersTwice: [] });
  });

  it('without a welcome within 1.5 s sends by HTTP, and to a host that comes later under the same ids', () => {
    expect(lateHost?.firstHttpMs).toBeGreaterThanOrEqual(1_400);
    expect(lateHost?.firstHttpMs).toBeLessThan(4_000);
    expect(lateHost?.connectedBefore).toBe(false);
    // All that the page had sent came to the collector, and it heard of none; the host brought the same numbers again.
    expect(lateHost?.copiedByHost).toBe(EVENTS);
    const rows = lateRows.filter(({ name }) => name === 'page');
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 2 * EVENTS }, (_, n) => n));
    expect(new Set(rows.map(({ queueId }) => queueId)).size).toBe(1);
  });

  it('sends no more by HTTP and nothing twice once that host is there', () => {
    expect(lateHost).toMatchObject({ postsAfter: 0, copiesAfter: 0, deliveredByHost: expect.any(Number) });
    expect(lateHost?.deliveredByHost).toBeGreaterThanOrEqual(2 * EVENTS);
  });
});

/** Nobody answers a page, and its network loses every answer; then a host comes. */
async function playLateHost(world: BridgeWorld) {
  const shell = await openShell(world, { appId: APP, seed: 0, pageFlushMs: 300, hostFlushMs: 300 });
  const { page, log } = shell;
  const ask = <T>(question: (shell: Shell) => T | Promise<T>): Promise<T> =>
    page.evaluate<T>(`(${String(question)})(window.shell)`);
  const copies = (): number => Math.round(log.copiesRatio() * log.events());
  const isEmptied = () =>
    ask(async (it) => {
      const { inDatabase, host } = await it.state();
      return inDatabase === 0 && host?.queued === 0;
    });
  try {
    shell.pageNetwork.setWeather({ ...FAIR, lostAnswers: 1 });
    await ask((it) => it.openPage(0).then(() => it.trackInPage(20)));
    await until(() => log.takenEvents() === EVENTS, 'the events by HTTP');
    const firstHttpMs = await ask((it) => it.firstHttpMs());
    const connectedBefore = await ask((it) => it.state().then(({ bridge }) => bridge?.connected));
    const copiesByHttp = copies();
    await ask((it) => it.openHost());
    await until(isEmptied, 'the host to take over');
    const [posts, copiesThen] = [await ask((it) => it.httpPosts()), copies()];
    await ask((it) => it.trackInPage(20));
    await until(async () => log.takenEvents() >= 2 * EVENTS && (await isEmptied()), 'the events by the host');
    return {
      firstHttpMs,
      connectedBefore,
      copiedByHost: copiesThen - copiesByHttp,
      postsAfter: (await ask((it) => it.httpPosts())) - posts,
      copiesAfter: copies() - copiesThen,
      deliveredByHost: await ask((it) => it.state().then(({ host }) => host?.delivered)),
    };
  } finally {
    await shell.close();
  }
}

async function until(isThere: () => boolean | Promise<boolean>, what: string): Promise<void> {
  if ((await waitUntil(isThere, 30_000, 50)) === undefined) throw new Error(`waited in vain for ${what}`);
}

interface LateRow {
  readonly name: string;
  readonly n: number;
  readonly queueId: string;
}

function readLateRows(tables: Tables): Promise<LateRow[]> {
  return tables.rows<LateRow>(
    `SELECT name, toUInt32OrZero(props['n']) AS n, toString(queue_id) AS queueId
     FROM events WHERE app_id = '${APP}' ORDER BY name, n`,
  );
}
