import type { CandidateFlag } from '@tidemark/analytics/anomalies';
import { MODEL_KINDS, type ModelKind, type Rival } from '@tidemark/analytics/scores';
import type { AuditAction, EpochMs } from '@tidemark/protocol';
import type { Logger } from '../../observe/logger.js';
import type { DecisionPlace, PlacedOutcomeRow } from '../../store/decisions/placed-outcomes.js';
import type { Actor } from '../../workspaces/control-changes.js';
import type { KeptModel, ModelShelf } from '../model-shelf.js';
import type { TrainingTask } from '../train-worker.js';
import type { Trainer } from '../trainer.js';
import { type Challenger, challengersOf } from './challengers.js';
import type { ServingBook } from './serving-book.js';
import {
  beginServing,
  type RivalState,
  type ServingState,
  withChosen,
  withPromoted,
  withRefit,
  withRival,
} from './serving-state.js';
import { takeOutcomes } from './take-outcomes.js';
import { named, tellJudgement } from './tell-judgement.js';
import { watchDrift } from './watch-drift.js';

/** Keeps the models of all workspaces up with what becomes of orders. */
export interface RollingModels {
  /** Learns from all orders, because somebody asks for it. @param kind - that of the model which serves unless given. */
  train(workspaceId: string, actor: Actor, kind?: ModelKind): Promise<TrainedByHand>;
  /** Another of those that were kept is to serve. @returns undefined when it is not there, or cannot be read. */
  choose(workspaceId: string, actor: Actor, version: string): Promise<KeptModel | undefined>;
  isTraining(workspaceId: string): boolean;
  start(): void;
  /** What is being trained is given up; it is begun anew after the next start. */
  close(): Promise<void>;
}

export type TrainedByHand =
  /** @property text - what became of it. */
  | {
      readonly kind: 'trained';
      readonly model: KeptModel;
      readonly orders: number;
      readonly serves: boolean;
      readonly text: string;
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'busy' };

export interface RollingOptions {
  readonly book: ServingBook;
  readonly shelf: Pick<ModelShelf, 'keep' | 'find'>;
  readonly trainer: Trainer;
  /** Orders placed after one and before a moment, with what became of them so far. */
  readonly readOutcomes: (
    workspaceId: string,
    after: DecisionPlace,
    untilMs: EpochMs,
  ) => Promise<readonly PlacedOutcomeRow[]>;
  /** All orders of a workspace. */
  readonly readOrders: (workspaceId: string) => Promise<Pick<TrainingTask, 'events' | 'acts' | 'knownUntilMs'>>;
  /** Models are trained anew after so many outcomes; 0 for never. */
  readonly refitEvery: number;
  /** What is trained beside the kind that serves. */
  readonly challenger: Challenger;
  /** Writes into the audit log. */
  readonly note: (
    actor: Actor,
    action: Extract<AuditAction, `model.${string}`>,
    workspaceId: string,
    subject: string,
  ) => Promise<void>;
  /** Resolves when what was found is on disk. */
  readonly raise: (workspaceId: string, flags: readonly CandidateFlag[]) => Promise<void>;
  readonly storeReady: () => boolean;
  readonly logger: Pick<Logger, 'warn'>;
  readonly now: () => EpochMs;
  readonly pace?: RollingPace;
}

export interface RollingPace {
  /** How often it is looked what became of orders. */
  readonly everyMs: number;
  /** Decisions younger than this may not be in the store yet. */
  readonly settledMs: number;
}

const PACE: RollingPace = { everyMs: 30_000, settledMs: 10_000 };
const SEED = 1;
/** What was trained by hand is judged all the same where nothing is trained by itself. */
const JUDGED_EVERY = 500;
/** Who does what nobody asked for. */
const COLLECTOR: Actor = { keyId: 'collector', addressPrefix: '' };

export function createRollingModels(options: RollingOptions): RollingModels {
  const { book, shelf, trainer, note, logger, now, pace = PACE } = options;
  const training = new Set<string>();
  const tails = new Map<string, Promise<unknown>>();
  let timer: NodeJS.Timeout | undefined;
  let closing = false;
  let close: () => void = () => undefined;
  const closed = new Promise<false>((resolve) => {
    close = () => resolve(false);
  });

  /** One thing at a time in a workspace: what is in force is read, changed and put back. */
  function alone<T>(workspaceId: string, work: () => Promise<T>): Promise<T> {
    const turn = (tails.get(workspaceId) ?? Promise.resolve()).then(work);
    const tail = turn
      .catch(() => undefined)
      .finally(() => tails.get(workspaceId) === tail && tails.delete(workspaceId));
    tails.set(workspaceId, tail);
    return turn;
  }

  /** All that became known since the last look; then, when it is time, the next models: once, however much it was. */
  async function look(workspaceId: string): Promise<void> {
    for (let isBehind = true; isBehind; ) {
      const state = book.state(workspaceId);
      if (!state || closing || !options.storeReady()) return;
      const rows = await options.readOutcomes(workspaceId, state.followed, now() - pace.settledMs);
      const followed = await takeOutcomes(state, rows, (rival) => book.rival(workspaceId, rival), now(), breathe);
      if (followed.taken > 0 && !(await keep(workspaceId, followed.state))) return;
      isBehind = rows.length > 0 && followed.taken === rows.length;
    }
    if (isDue(workspaceId)) await guarded(workspaceId, () => turnOver(workspaceId));
  }

  /**
   * The flag first: after a crash in between it is raised once more, as the same one.
   *
   * @returns whether it came to it before the end.
   */
  async function keep(workspaceId: string, state: ServingState): Promise<boolean> {
    const serving = book.serving(workspaceId);
    const watched = serving ? await watchDrift(state, serving, breathe) : { state, flags: [] };
    if (watched.flags.length > 0) {
      const raised = options.raise(workspaceId, watched.flags).then(() => true);
      if (!(await Promise.race([raised, closed]))) return false;
    }
    await book.put(workspaceId, watched.state);
    return true;
  }

  function isDue(workspaceId: string): boolean {
    const { newOutcomes = 0 } = book.state(workspaceId) ?? {};
    return newOutcomes >= (options.refitEvery || JUDGED_EVERY) && !training.has(workspaceId);
  }

  /** Whatever comes of it, the next is due after as many outcomes again; unless the process ends, which begins it anew. */
  async function guarded(workspaceId: string, work: () => Promise<void>): Promise<void> {
    training.add(workspaceId);
    try {
      await work();
    } catch (error) {
      if (closing) return;
      logger.warn({ workspaceId, error: String(error) }, 'models were not trained anew; the one that serves goes on');
      await change(workspaceId, () => told('trained', 'The last training failed; the log says why.'));
    } finally {
      if (!closing) await change(workspaceId, () => ({ newOutcomes: 0 }));
      training.delete(workspaceId);
    }
  }

  /** Judges whoever answered in the shadow, then learns from all there is, unless nothing is to be learnt. */
  async function turnOver(workspaceId: string): Promise<void> {
    // The one before came back: what was learnt since made it worse, and more of the same is not learnt at once.
    if (await judge(workspaceId, 'before')) return;
    await judge(workspaceId, 'challenger');

    const [champion, state] = [book.serving(workspaceId), book.state(workspaceId)];
    if (!champion || !state || options.refitEvery === 0) return;
    const kinds = state.isHeld ? [champion.kind] : [champion.kind, ...challengersOf(options.challenger, champion.kind)];
    const task = await options.readOrders(workspaceId);
    const result = await trainer.train({ ...task, kinds, seed: SEED });
    if (result.kind === 'refused') {
      await change(workspaceId, () => told('trained', `The last training came to nothing: ${result.reason}`));
      return;
    }
    const models: KeptModel[] = [];
    for (const text of result.texts) models.push(await shelf.keep(workspaceId, text));
    const [own, other] = state.isHeld ? [undefined, models[0]] : models;
    if (own) await note(COLLECTOR, 'model.serve', workspaceId, `${named(own)} refit`);
    await change(workspaceId, (current) => {
      const refitted = own ? withRefit(current, rivalOf(champion), own.version) : current;
      return {
        ...(other ? withRival(refitted, 'challenger', rivalOf(other)) : refitted),
        ...told('trained', `Trained anew of ${result.orders} orders: ${models.map(named).join(' and ')}.`),
      };
    });
  }

  /** @returns whether the rival serves from now on. */
  async function judge(workspaceId: string, rival: Rival): Promise<boolean> {
    const [champion, state] = [book.serving(workspaceId), book.state(workspaceId)];
    const judged = state?.rivals[rival];
    if (!champion || !state || !judged || !book.rival(workspaceId, rival)) return false;
    const { subscribe, sell } = state.outcomes;
    const look = judged.looks + 1;
    const verdict = await trainer.judge({ sides: [subscribe, sell], rival, look, seed: SEED });
    const wins = verdict.kind === 'promote';
    await note(COLLECTOR, 'model.judge', workspaceId, `${named(judged)} against ${named(champion)}: ${verdict.reason}`);
    if (wins) await note(COLLECTOR, 'model.serve', workspaceId, `${named(judged)} won`);
    await change(workspaceId, (current) => ({
      ...(wins ? withPromoted(current, rival) : seen(current, rival, verdict.reason === 'too_few_rows' ? 0 : 1)),
      ...told('judged', tellJudgement(champion, judged, verdict)),
    }));
    return wins;
  }

  function seen(state: ServingState, rival: Rival, looks: number): ServingState {
    const one = state.rivals[rival];
    return one ? { ...state, rivals: { ...state.rivals, [rival]: { ...one, looks: one.looks + looks } } } : state;
  }

  function told(what: 'judged' | 'trained', text: string): Partial<ServingState> {
    return { [what]: { atMs: now(), text } };
  }

  async function change(workspaceId: string, changed: (state: ServingState) => Partial<ServingState>): Promise<void> {
    const state = book.state(workspaceId);
    if (state) await book.put(workspaceId, { ...state, ...changed(state) });
  }

  async function trainByHand(workspaceId: string, actor: Actor, kind: ModelKind | undefined): Promise<TrainedByHand> {
    const champion = book.serving(workspaceId);
    const wanted = kind ?? champion?.kind ?? MODEL_KINDS[0];
    const task = await options.readOrders(workspaceId);
    const result = await trainer.train({ ...task, kinds: [wanted], seed: SEED });
    if (result.kind === 'refused') return { kind: 'refused', reason: result.reason };
    const model = await shelf.keep(workspaceId, result.texts[0] ?? '');
    const serves = champion === undefined || champion.kind === wanted;
    const text = serves
      ? `${named(model)} learnt from ${result.orders} orders and serves from now on.`
      : `${named(model)} learnt from ${result.orders} orders and answers in the shadow: ${named(champion)} serves until it is better beyond chance.`;
    if (serves) await note(actor, 'model.serve', workspaceId, `${named(model)} trained by hand`);
    const state = book.state(workspaceId);
    const next =
      champion && state
        ? serves
          ? withRefit(state, rivalOf(champion), model.version)
          : withRival(state, 'challenger', rivalOf(model))
        : beginServing(model.version, model.trainedAtMs);
    await book.put(workspaceId, { ...next, newOutcomes: 0, ...told('trained', text) });
    return { kind: 'trained', model, orders: result.orders, serves, text };
  }

  /** A workspace in which something is under way is left to it. */
  function lookAround(): void {
    for (const workspaceId of book.workspaces()) {
      if (tails.has(workspaceId)) continue;
      alone(workspaceId, () => look(workspaceId)).catch((error: unknown) => {
        logger.warn({ workspaceId, error: String(error) }, 'what became of orders could not be read; tried again');
      });
    }
  }

  return {
    async train(workspaceId, actor, kind) {
      if (training.has(workspaceId)) return { kind: 'busy' };
      training.add(workspaceId);
      try {
        return await alone(workspaceId, () => trainByHand(workspaceId, actor, kind));
      } finally {
        training.delete(workspaceId);
      }
    },
    choose: (workspaceId, actor, version) =>
      alone(workspaceId, async () => {
        const [model, champion] = [await shelf.find(workspaceId, version), book.serving(workspaceId)];
        if (!model || !champion) return undefined;
        await note(actor, 'model.serve', workspaceId, `${named(model)} chosen`);
        await change(workspaceId, (state) => withChosen(state, version, model.kind === champion.kind));
        return model;
      }),
    isTraining: (workspaceId) => training.has(workspaceId),
    start() {
      timer = setInterval(lookAround, pace.everyMs).unref();
    },
    async close() {
      closing = true;
      close();
      clearInterval(timer);
      await trainer.close();
      await Promise.all(tails.values());
    },
  };
}

function rivalOf({ version, kind }: KeptModel): RivalState {
  return { version, kind, looks: 0 };
}

/** Whoever waits for the loop has their turn. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
