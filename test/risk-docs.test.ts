import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CANDIDATES_LEAST, SESSIONS_LEAST } from '../packages/analytics/src/anomalies/calibration/score-calibration.js';
import { ENTITIES_MAX } from '../packages/analytics/src/anomalies/flags/entity-table.js';
import { KEPT_MOST } from '../packages/analytics/src/anomalies/flags/left-out-watch.js';
import { PRODUCTS_MAX } from '../packages/analytics/src/anomalies/flags/sale-rush.js';
import * as usual from '../packages/analytics/src/anomalies/flags/usual-sessions.js';
import { FLAG_CATALOG, FLAG_KINDS, type FlagKind } from '../packages/analytics/src/anomalies/index.js';
import { GROUPS_PER_FALSE_ALARM } from '../packages/analytics/src/scores/index.js';
import { SIMULATION_TIME_MS, WAITING_MAX } from '../packages/collector/src/boot/open-simulations.js';
import { PATIENCE_MS } from '../packages/collector/src/boot/recall-risk.js';
import { SIMULATED_MAX } from '../packages/collector/src/decisions/rule-routes.js';
import { PING_MS, UNREAD_MAX_BYTES } from '../packages/collector/src/feeds/event-streams.js';
import { EVENTS_MAX } from '../packages/collector/src/feeds/flag-routes.js';
import { RETRY } from '../packages/collector/src/feeds/webhooks/deliver-webhooks.js';
import { QUEUE_EVERY_MS, QUEUES_MAX } from '../packages/collector/src/ingest/gather-copies.js';
import { WORKSPACE_SHARE } from '../packages/collector/src/ingest/seen-events.js';
import { FLAG_OPERATIONS } from '../packages/collector/src/observe/openapi/flag-operations.js';
import { SESSIONS_MAX } from '../packages/collector/src/pipeline/risk/calibrate-flags.js';
import { BUDGET } from '../packages/collector/src/pipeline/risk/flag-budget.js';
import { FLAGS_MAX } from '../packages/collector/src/pipeline/risk/known-flags.js';
import * as past from '../packages/collector/src/pipeline/risk/read-past.js';
import { SNAPSHOT_EVERY_BYTES, SNAPSHOT_EVERY_MS } from '../packages/collector/src/pipeline/risk/run-detectors.js';
import * as history from '../packages/collector/src/pipeline/rules/replay-history.js';
import { REPLAY_LIMITS } from '../packages/collector/src/pipeline/rules/replay-kinds.js';
import { USUAL_POLICY } from '../packages/collector/src/pipeline/rules/risk-policy.js';
import { RULES_MAX } from '../packages/collector/src/pipeline/rules/rule-book.js';
import { SUBJECTS_MAX } from '../packages/collector/src/pipeline/rules/simulate-rules.js';
import { VERSIONS_MAX } from '../packages/collector/src/pipeline/rules/versions.js';
import { BYTES_MAX, RAW_MAX_BYTES } from '../packages/collector/src/store/flags/left-out-events.js';
import { BATCH_CUT } from '../packages/protocol/src/index.js';

const DAY_MS = 86_400_000;
const MIB = 1_048_576;
const figure = (count: number) => count.toLocaleString('en');

describe('the description of the API', () => {
  const text = FLAG_OPERATIONS.map(({ description = '' }) => description).join('\n');
  const seconds = history.SHOWN_FOR_MS / 1_000;

  it.each([
    `Up to ${figure(EVENTS_MAX)} and ${BYTES_MAX / MIB} MiB of each`,
    `\`raw\` is empty where it has more than ${RAW_MAX_BYTES / 1_024} KiB`,
    `up to ${SIMULATED_MAX} rules, ${history.DAYS_MAX} days, ${figure(history.EVENTS_MAX)} events, the first of the span, ${seconds} seconds`,
    `up to ${history.DAYS_MAX} days, ${figure(history.JUDGED_MAX)} flags, ${figure(history.EVENTS_MAX)} placed orders, the first of the span, ${seconds} seconds`,
    `the newest ${figure(REPLAY_LIMITS.eventsMax)} events, for ${REPLAY_LIMITS.timeMs / 1_000} seconds at most`,
    `One that has run for ${SIMULATION_TIME_MS / 1_000} seconds is ended`,
  ])('says what is bounded: %s', (sentence) => {
    expect(text).toContain(sentence);
  });
});

describe('docs/anomalies.md', () => {
  const text = readFileSync(new URL('../docs/anomalies.md', import.meta.url), 'utf8');

  it('shows the catalog of flags as the code has it', () => {
    const rows = FLAG_KINDS.map((kind) => {
      const { entities, definition, reasons, severity, budgetPer10k } = FLAG_CATALOG[kind];
      const codes = reasons.map((code) => `\`${code}\``).join(', ');
      return `| \`${kind}\` | ${entities.join(', ')} | ${definition} | ${codes} | ${severity} | ${budgetPer10k} |`;
    });
    const shown = text.split('\n').filter((line) => /^\| `\w+` \| (user|device|address|product|workspace)/.test(line));
    expect(shown).toEqual(rows);
  });

  it.each([
    `It is laid beside up to ${figure(usual.SESSIONS_MAX)} sessions of the last week`,
    `before a week and ${figure(usual.SESSIONS_LEAST)} sessions of that length were seen`,
    `(Shiryaev-Roberts, one false alarm in ${figure(GROUPS_PER_FALSE_ALARM)} products and hours)`,
    `Below ${figure(SESSIONS_LEAST)} sessions or ${CANDIDATES_LEAST} candidates it says \`unknown\``,
    `${figure(SESSIONS_MAX)} sessions are told apart`,
    `at most ${RULES_MAX}, of each the last ${VERSIONS_MAX} versions`,
    `A simulation reads ${history.DAYS_MAX} days, ${SIMULATED_MAX} rules and ${figure(history.EVENTS_MAX)} events at most`,
    `${figure(history.JUDGED_MAX)} judged flags; it remembers ${figure(SUBJECTS_MAX)} subjects`,
    `After ${history.SHOWN_FOR_MS / 1_000} seconds no event is shown any more`,
    `shows no order any more after ${history.SHOWN_FOR_MS / 1_000} seconds`,
    `${WAITING_MAX} more of other workspaces wait`,
    `One that has run for ${SIMULATION_TIME_MS / 1_000} seconds`,
    `the last ${VERSIONS_MAX} versions: who changed it, when`,
    `A simulation reads ${history.DAYS_MAX} days, ${figure(history.JUDGED_MAX)} flags and ${figure(history.EVENTS_MAX)} orders at most`,
    `The ${past.LEARNT_FROM_MS / DAY_MS} days before teach them`,
    `shown the newest ${figure(REPLAY_LIMITS.eventsMax)} events, and none is read any more after ${REPLAY_LIMITS.timeMs / 1_000} seconds`,
    `from ln 10,000 (${USUAL_POLICY.reviewAt.toFixed(1)}) on it is \`review\`, from ln 1,000,000 (${USUAL_POLICY.denyAt.toFixed(1)}) on \`deny\``,
    `a table knows ${figure(ENTITIES_MAX)} entities (products: ${figure(PRODUCTS_MAX)})`,
    `every ${SNAPSHOT_EVERY_MS / 60_000} minutes or ${SNAPSHOT_EVERY_BYTES / MIB} MiB`,
    `of the last ${past.LEARNT_FROM_MS / DAY_MS} days the newest ${figure(past.EVENTS_MAX)} events`,
    `The latest ${figure(FLAGS_MAX)} flags come from the table`,
    `has not told within ${PATIENCE_MS / 1_000} seconds is waited for no longer`,
    `a comment every ${PING_MS / 1_000} s`,
    `about what was refused: at most ${figure(EVENTS_MAX)} and ${BYTES_MAX / MIB} MiB of each, the oldest first, and \`isCut\` where there are more; \`raw\` is empty where it has more than ${RAW_MAX_BYTES / 1_024} KiB`,
    `frozen with a batch of ${BATCH_CUT.maxEvents} on its way`,
    `takes more than ${KEPT_MOST} events within an hour`,
    `those of a queue then for ${QUEUE_EVERY_MS / 1_000}`,
    `${figure(QUEUES_MAX)} queues at once, of one workspace ${WORKSPACE_SHARE === 0.75 && 'three quarters'} of them`,
    `told ${BUDGET.info} new flags of severity \`info\` an hour, ${BUDGET.low} \`low\`, ${BUDGET.medium} \`medium\`, ${BUDGET.high} \`high\``,
    `apart from these ${BUDGET.deliveries} of how devices deliver (\`data_quality\`) and ${BUDGET.app} of the app itself`,
    `a buffer of ${UNREAD_MAX_BYTES / MIB} MiB`,
    `full jitter up to ${RETRY.maxMs / 60_000} minutes`,
    `${figure(FLAGS_MAX)} flags are in memory; older ones`,
  ])('states what holds: %s', (bound) => {
    expect(text.replaceAll(/\s+/g, ' ')).toContain(bound);
  });

  it('gives each kind a budget that its detector keeps to', () => {
    const figures = readFileSync(new URL('../benchmarks/results/risk.json', import.meta.url), 'utf8');
    const { injected } = JSON.parse(figures) as { injected: { kind: FlagKind; falsePer10k: number }[] };
    expect(injected.map(({ kind }) => kind)).toEqual(FLAG_KINDS);
    const over = injected.filter(({ kind, falsePer10k }) => falsePer10k > FLAG_CATALOG[kind].budgetPer10k);
    expect(over).toEqual([]);
  });
});
