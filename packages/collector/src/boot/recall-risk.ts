import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import type { RaiseFlags } from '../pipeline/risk/raise-flags.js';
import type { RunningDetectors } from '../pipeline/risk/run-detectors.js';
import type { StorePlace } from '../store/connect.js';
import type { FlagRow } from '../store/tables/flags.js';
import { untilTold } from './until-told.js';

export interface RecallRiskOptions {
  readonly detectors: Pick<RunningDetectors, 'learn' | 'goOn'>;
  readonly raise: Pick<RaiseFlags, 'recall'>;
  /** None of the flags of before is left beside the log. */
  readonly areFlagsLost: boolean;
  /** Whether there is anything for the detectors to look at. */
  readonly seesEvents: boolean;
  readonly readFlags: () => Promise<readonly FlagRow[]>;
  /** Where the store listens by now. */
  readonly place: () => StorePlace;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Has detectors and flags that have lost their folder know from the store what they knew. */
export interface RecallRisk {
  /**
   * To be called when the schema is there.
   *
   * @param drained - resolves when all that was accepted before this process is in the store.
   * @returns resolves when flags of the store are known, so that it may be written to.
   */
  begin(drained: (signal: AbortSignal) => Promise<void>): Promise<void>;
  stop(): void;
}

/** A store that starts, and one that has much to load, is there by then; a risk team would not wait longer for what needs no past. */
export const PATIENCE_MS = 30_000;

export function createRecallRisk(options: RecallRiskOptions): RecallRisk {
  const { detectors, raise, logger } = options;
  const stopping = new AbortController();
  const stopSignal = stopping.signal;
  const figures = { isKnown: 0, events: 0, leftOut: 0 };
  const { gauge } = options.metrics;
  gauge('tidemark_risk_past_known', '1 when the detectors know what was before this start', () => figures.isKnown);
  gauge('tidemark_risk_past_events', 'Events of before that they were shown from the store', () => figures.events);
  gauge('tidemark_risk_past_left_out', 'Older events that were too many for it', () => figures.leftOut);

  const patience = sleep(PATIENCE_MS, undefined, { signal: stopSignal, ref: false }).catch(() => undefined); // or it stops
  if (!options.seesEvents) detectors.goOn();
  void patience.then(() => {
    if (figures.isKnown === 1 || !options.seesEvents) return;
    if (!stopSignal.aborted)
      logger.warn('the store does not tell what was before; the detectors go on without until it does');
    detectors.goOn();
  });
  let tellFlags: (rows: Promise<readonly FlagRow[]>) => void = () => undefined;
  const stored = new Promise<readonly FlagRow[]>((resolve) => {
    tellFlags = resolve;
  });
  if (options.areFlagsLost) raise.recall(stored, patience).catch(() => undefined); // which ends with the collector alone

  async function learn(drained: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const ask = async () => {
      await drained(stopSignal);
      return detectors.learn(options.place());
    };
    const past = await untilTold(ask, { missing: 'what the detectors knew is', logger, stopSignal });
    figures.isKnown = 1;
    if (!past) return;
    Object.assign(figures, past);
    logger.info({ ...past }, 'the detectors know again what was before');
  }

  return {
    async begin(drained) {
      if (options.seesEvents) learn(drained).catch(() => undefined); // stopped before
      if (!options.areFlagsLost) return;
      const asked = untilTold(options.readFlags, { missing: 'the flags of before are', logger, stopSignal });
      tellFlags(asked);
      await asked.catch(() => undefined); // stopped before
    },
    stop: () => stopping.abort(),
  };
}
