import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bestThresholds, createSeriesDetector } from '@tidemark/analytics/anomalies';
import type { Benchmark } from './benchmark.js';
import { median } from './median.js';
import { botFigures } from './risk/bots.js';
import type { LeadFigures } from './risk/crowd-lead.js';
import { eventCost } from './risk/event-cost.js';
import { eventToFlag } from './risk/event-to-flag.js';
import { goldenMaxError, resultsOf } from './risk/golden.js';
import { FULL_WORLDS, injectedFigures, QUICK_WORLDS } from './risk/injected.js';
import { leaveFolderOut } from './risk/leave-folder-out.js';
import { type NabSeries, readNabSeries } from './risk/nab-series.js';
import { playWorlds } from './risk/play-worlds.js';
import { writeResult } from './save-result.js';

const SHARED_DATA = fileURLToPath(new URL('../../../shared/data', import.meta.url));
/** The middle one counts: the first warms the compiler up, and any may share its core. */
const CPU_RUNS = 5;
/** Of two cores. */
const PLAYED_AT_ONCE = 2;
/** 250 flags, one in 100 ms. */
const UNDER_LOAD_SECONDS = 28;

export const riskBenchmark: Benchmark = {
  name: 'risk',
  summary: 'what the detectors find: labelled series, bots in an access log; and what an event costs them',
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
      },
    });
    const data = process.env.TIDEMARK_TEST_DATA ?? SHARED_DATA;
    const series = readNabSeries(join(data, 'nab'));
    const { weighed, cpuMicros } = runDetector(series);
    const thresholds = bestThresholds(weighed);
    const nab = resultsOf(weighed, thresholds);
    say(`29 series, one threshold a profile: ${inShort(nab)}`);
    const leftOut = leaveFolderOut(series);
    say(`settings (of ${leftOut.settingsTried}) and thresholds chosen without the folder: ${inShort(leftOut)}`);
    const goldenError = goldenMaxError(series, join(data, 'nab'));
    say(`the scorer is off by ${goldenError.toFixed(3)} at most from seven published detectors`);
    const bots = botFigures(join(data, 'weblogs', 'apache_logs'));
    say(`bots: AUC ${bots.auc.toFixed(4)}, ${bots.bots} of ${bots.units} units`);
    const cost = eventCost();
    say(`CPU: ${cpuMicros.toFixed(2)} us a row of a series, ${cost.all.toFixed(2)} us an event for all flag detectors`);
    const toFlag = await eventToFlag(UNDER_LOAD_SECONDS);
    say(
      `event to flag on the stream, ${toFlag.eventsPerSecond} events/s: p50 ${toFlag.p50.toFixed(0)} ms, p99 ${toFlag.p99.toFixed(0)} ms, ${toFlag.missed} of ${toFlag.flags + toFlag.missed} never came`,
    );
    const { decide, bare } = toFlag;
    say(
      `a decision meanwhile: p50 ${decide.p50.toFixed(1)} ms, p99 ${decide.p99.toFixed(1)} ms (${decide.answered} asked); of a server that does nothing: p50 ${bare.p50.toFixed(1)} ms, p99 ${bare.p99.toFixed(1)} ms`,
    );
    const behaviour = injectedFigures(await playWorlds(values.quick ? QUICK_WORLDS : FULL_WORLDS, PLAYED_AT_ONCE));
    for (const { kind, cases, recall, falsePer10k } of behaviour.injected) {
      say(
        `${kind}: ${(100 * recall).toFixed(1)} % of ${cases} found, ${falsePer10k.toFixed(2)} false in 10,000 sessions`,
      );
    }
    const { injected, blindFollowing } = behaviour;
    for (const one of injected) sayLead(one.kind, one);
    sayLead(`blind following, ${blindFollowing.told} of ${blindFollowing.cases}`, blindFollowing);
    for (const [detail, found] of Object.entries(behaviour.recallByDetail)) say(`${detail}: ${found} found`);
    say(
      `${behaviour.falsePer10kAll.toFixed(2)} false flags of all kinds in 10,000 of ${behaviour.cleanSessions} clean sessions`,
    );
    const { standard, lowFp, lowFn, ...choices } = leftOut;
    const result = {
      nab,
      nabLeaveFolderOut: { standard, lowFp, lowFn },
      goldenMaxError: goldenError,
      injected,
      blindFollowing,
      falsePer10kAll: behaviour.falsePer10kAll,
      botAuc: bots.auc,
      eventToFlagMs: toFlag,
      decideMs: decide,
      bareMs: bare,
      // The dearer of the two ways: a row of a series, or an event before all flag detectors.
      cpuMicrosPerEvent: Math.max(cpuMicros, cost.all),
      cpuMicrosPerRow: cpuMicros,
      cost,
      behaviour: {
        cleanSessions: behaviour.cleanSessions,
        events: behaviour.events,
        cpuMicrosPerEvent: behaviour.cpuMicrosPerEvent,
        recallByDetail: behaviour.recallByDetail,
      },
      thresholds,
      choices,
      bots,
    };
    if (values.save) writeResult('risk', 'pnpm bench risk --save', result);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  },
};

function runDetector(series: readonly NabSeries[]) {
  const costs: number[] = [];
  let scores: number[][] = [];
  for (let run = 0; run < CPU_RUNS; run++) {
    const before = process.cpuUsage();
    scores = series.map(({ timesMs, values }) => {
      const detector = createSeriesDetector();
      return values.map((value, row) => detector.observe(timesMs[row] ?? 0, value).score);
    });
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / scores.reduce((sum, one) => sum + one.length, 0));
  }
  return { weighed: series.map((one, i) => one.weigh(scores[i] ?? [])), cpuMicros: median(costs) };
}

function inShort({ standard, lowFp, lowFn }: { standard: number; lowFp: number; lowFn: number }): string {
  return `${standard.toFixed(1)} / ${lowFp.toFixed(1)} / ${lowFn.toFixed(1)}`;
}

function sayLead(name: string, { leadMs, ordersToCome }: LeadFigures): void {
  if (!leadMs || !ordersToCome) return;
  const minutes = ({ median, p5 }: { median: number; p5: number }) =>
    `${(median / 60_000).toFixed(1)} min (p5 ${(p5 / 60_000).toFixed(1)})`;
  say(
    `${name}: told ${minutes(leadMs.beforePeak)} before the peak, ${minutes(leadMs.beforeEnd)} before the end, ${(100 * ordersToCome.median).toFixed(0)} % of the orders to come (p5 ${(100 * ordersToCome.p5).toFixed(0)} %)`,
  );
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
