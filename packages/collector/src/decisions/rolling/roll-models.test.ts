import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createActLogWriter,
  decidedOrders,
  type ModelKind,
  type OrderColumns,
  type Said,
} from '@tidemark/analytics/scores';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { marketEvents } from '../../../../../test/fixtures/market-events.js';
import type { PlacedOutcomeRow } from '../../store/decisions/placed-outcomes.js';
import { createModelShelf, type KeptModel, type ModelShelf } from '../model-shelf.js';
import { judgeOutcomes, trainOrders } from '../train-worker.js';
import { createRollingModels, type RollingModels } from './roll-models.js';
import { openServingBook, type ServingBook } from './serving-book.js';

// Models are trained here, which a busy machine does not do in the usual five seconds a test.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PATIENCE = { timeout: 60_000, interval: 10 };
const HOURS = { sessionMs: 19_800_000, untilCutOffMs: () => 7_200_000, weekday: () => 3 };
const ACTOR = { keyId: 'key', addressPrefix: '' };
const REFIT_EVERY = 120;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('rolling models', () => {
  const logger = { warn: vi.fn() };
  const events = marketEvents();
  const acts = createActLogWriter().finish(Number.NEGATIVE_INFINITY);
  const marketEndMs = events.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), 0);
  const asked = decidedOrders(events, HOURS, marketEndMs, acts);
  const rows: PlacedOutcomeRow[] = [];
  const audited: string[] = [];
  const trained: (readonly ModelKind[])[] = [];
  let directory = '';
  /** All of those orders are over: each training learns the same from them. */
  let nowMs = marketEndMs + 7 * DAY_MS;
  let shelf: ModelShelf;
  let book: ServingBook;
  let rolling: RollingModels;

  async function open(): Promise<void> {
    shelf = createModelShelf(directory, logger);
    book = await openServingBook(directory, shelf, logger);
    rolling = createRollingModels({
      book,
      shelf,
      trainer: {
        async train(task) {
          trained.push(task.kinds);
          return trainOrders(task);
        },
        judge: async (task) => judgeOutcomes(task),
        close: async () => undefined,
      },
      readOutcomes: async (_, { decidedAt }, untilMs) =>
        rows.filter((row) => row.decidedAt > decidedAt && row.decidedAt < untilMs).slice(0, 50),
      readOrders: async () => ({ events, acts, knownUntilMs: nowMs }),
      refitEvery: REFIT_EVERY,
      challenger: 'glassbox',
      note: async ({ keyId }, action, _, subject) => void audited.push(`${keyId} ${action} ${subject}`),
      raise: async () => undefined,
      storeReady: () => true,
      logger,
      now: () => nowMs,
      pace: { everyMs: 5, settledMs: 0 },
    });
    rolling.start();
  }

  /** Orders that are placed now, a minute each. @param outcome - by what the models say of it. */
  function place(count: number, outcome: (said: Said, facts: OrderColumns) => boolean, ended: 0 | 1 = 1): void {
    const model = book.rival('w', 'challenger') ?? (book.serving('w') as KeptModel);
    const serving = book.serving('w') as KeptModel;
    for (let at = 0; at < count; at += 1) {
      const { columns, side, productId } = asked[(rows.length * 7) % asked.length] as (typeof asked)[number];
      nowMs += MINUTE_MS;
      const hit = outcome(model.scorer.say(side, columns), columns) ? 1 : 0;
      const { any: saidAny, full: saidFull } = serving.scorer.say(side, columns);
      rows.push({
        ...{ decisionId: `d${rows.length}`, decidedAt: nowMs, side, productId, facts: JSON.stringify(columns) },
        ...{ modelVersion: serving.version, told: saidAny, saidAny, saidFull, filled: hit, filledWhole: hit, ended },
      });
    }
    nowMs += MINUTE_MS;
  }

  const known = (): number => {
    const { subscribe, sell } = book.state('w')?.outcomes ?? { subscribe: [], sell: [] };
    return subscribe.length + sell.length;
  };
  const taken = (count: number) =>
    expect.poll(() => [known(), rolling.isTraining('w')], PATIENCE).toEqual([count, false]);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-rolling-'));
    await open();
  });
  afterAll(async () => {
    await rolling.close();
    await rm(directory, { recursive: true });
  });

  it('let the first model serve, recalibrate it by what becomes of orders, and know it all after a new start', async () => {
    expect(await rolling.train('w', ACTOR)).toMatchObject({
      kind: 'trained',
      serves: true,
      model: { kind: 'boosting' },
    });
    expect(audited).toEqual([expect.stringMatching(/^key model.serve boosting [0-9a-f]{16} trained by hand$/)]);
    expect(book.serving('w')?.recalibration).toEqual({ subscribe: null, sell: null });
    place(110, () => true); // far more than was said
    await taken(110);
    const lines = book.serving('w')?.recalibration;
    expect(lines?.subscribe?.any.intercept).toBeGreaterThan(0.3);
    await rolling.close();
    await open();
    expect(book.serving('w')?.recalibration).toEqual(lines);
    expect(book.state('w')?.newOutcomes).toBe(110);
  });

  it('hold orders back behind one that is open, until its day is over', async () => {
    place(1, () => true, 0);
    place(2, () => true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(known()).toBe(110);
    nowMs += DAY_MS;
    await taken(113);
  });

  it('train the same kind and another anew when it is time; the refit serves, the other answers in the shadow', async () => {
    const first = book.serving('w')?.version;
    place(REFIT_EVERY - 113, ({ any }) => any > 0.5);
    await expect.poll(() => book.rival('w', 'challenger')?.kind, PATIENCE).toBe('glassbox');
    await taken(REFIT_EVERY);
    expect(trained.at(-1)).toEqual(['boosting', 'glassbox']);
    expect(book.serving('w')).toMatchObject({ kind: 'boosting' });
    expect(book.serving('w')?.version).not.toBe(first);
    expect(book.rival('w', 'before')?.version).toBe(first);
    expect(audited.at(-1)).toMatch(/^collector model.serve boosting [0-9a-f]{16} refit$/);
    expect(book.state('w')).toMatchObject({ newOutcomes: 0, judged: null });
  });

  it('promote the challenger only on orders that it had not seen, when it is better beyond chance', async () => {
    const [champion, challenger] = [book.serving('w')?.version, book.rival('w', 'challenger')?.version];
    place(REFIT_EVERY, ({ any }) => any > 0.6); // its own ranks are the truth
    const won = `collector model.serve glassbox ${challenger} won`;
    await expect.poll(() => [audited.includes(won), rolling.isTraining('w')], PATIENCE).toEqual([true, false]);
    expect(known()).toBe(REFIT_EVERY); // of the others nothing is known of it
    expect(book.serving('w')?.kind).toBe('glassbox');
    expect(book.state('w')?.judged?.text).toMatch(
      new RegExp(
        `^glassbox ${challenger} was held against boosting ${champion} on ${REFIT_EVERY} orders .*: it serves from now on.$`,
      ),
    );
    expect(trained.at(-1)).toEqual(['glassbox', 'boosting']);
    expect(book.rival('w', 'challenger')?.kind).toBe('boosting');
  });

  it('leave what somebody chose in service until it is beaten', async () => {
    const chosen = book.state('w')?.served[0] ?? '';
    expect((await rolling.choose('w', ACTOR, chosen))?.version).toBe(chosen);
    expect(book.state('w')).toMatchObject({ isHeld: true, rivals: {} });
    const [before, trainings] = [known(), trained.length];
    place(3 * REFIT_EVERY, (_, { amount }) => amount % 2 < 1); // nobody can tell
    await expect.poll(() => book.rival('w', 'challenger')?.kind, PATIENCE).toBe('boosting');
    await taken(before + 3 * REFIT_EVERY);
    expect(trained.slice(trainings)).toEqual([['boosting']]); // once, however many came at once
    expect(book.serving('w')?.version).toBe(chosen);
    expect(await rolling.choose('w', ACTOR, '0123456789abcdef')).toBeUndefined();
  });

  it('put one that is trained by hand into the shadow, if it is of another kind', async () => {
    const serving = book.serving('w')?.version;
    const former = book.rival('w', 'challenger')?.version ?? '';
    expect(await shelf.versions('w')).toContain(former);
    const answer = await rolling.train('w', ACTOR, 'scorecard');
    expect(await shelf.versions('w')).not.toContain(former); // it never answered
    for (const version of book.state('w')?.served ?? []) expect(await shelf.versions('w')).toContain(version);
    expect(answer).toMatchObject({ serves: false, text: expect.stringContaining('answers in the shadow') });
    expect([book.serving('w')?.version, book.rival('w', 'challenger')?.kind]).toEqual([serving, 'scorecard']);
    expect(logger.warn).not.toHaveBeenCalled();
  });
});
