import type { EpochMs, EventBatch, Surface } from '@tidemark/protocol';
import type { TradingClock } from '../orders/calendar/trading-clock.js';
import type { Exchange } from './market/exchange.js';
import type { Quotes } from './market/quotes.js';
import type { Customer } from './people/customer.js';
import type { TemplateName } from './people/site.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';
import type { AnomalyTruth } from './truth.js';

/** How the app is at a moment, as fraud and breakdowns change it. */
export interface Conditions {
  /** Version that a session of this moment runs. */
  releaseAt(at: EpochMs): string;
  /** Share of views on which something throws. */
  errorRatio(surface: Surface, at: EpochMs): number;
  /** Whether orders cannot be submitted. */
  submitFails(surface: Surface, at: EpochMs): boolean;
  /** Whether views come without title and template. */
  namesMissing(surface: Surface, at: EpochMs): boolean;
  /** Whether sessions bring an event that no collector takes. */
  isMalformed(surface: Surface, at: EpochMs): boolean;
  /** Whether nobody comes to a surface. */
  isSilent(surface: Surface, at: EpochMs): boolean;
  /** Whether a page is not to be had: a link that leads nowhere, a screen that does not open. */
  isLost(surface: Surface, page: TemplateName, at: EpochMs): boolean;
  /** Whether a page opens and there is no going on from it. */
  isDeadEnd(surface: Surface, page: TemplateName, at: EpochMs): boolean;
  /** How often the links to a page are followed, against the usual. */
  linkFactor(surface: Surface, page: TemplateName, at: EpochMs): number;
  /** When what is sent at a moment arrives: later where nothing arrives for a while. */
  arrivesAt(at: EpochMs): EpochMs;
  /** Amounts of orders against the usual. */
  amountFactor(at: EpochMs, productId: string): number;
}

/** What everybody in the simulation can see and do. */
export interface World {
  readonly random: Random;
  /** Of how long clicks take, which moves nothing else. */
  readonly handRandom: Random;
  readonly appId: string;
  readonly historical: boolean;
  readonly startAt: EpochMs;
  readonly endAt: EpochMs;
  readonly clock: TradingClock;
  readonly schedule: Schedule;
  readonly quotes: Quotes;
  readonly exchange: Exchange;
  readonly conditions: Conditions;
  readonly customers: readonly Customer[];
  readonly send: (batch: EventBatch, at: EpochMs) => void;
  readonly sendCopy: (batch: EventBatch, at: EpochMs) => void;
  /** Midnights, by the market's clock, of the working days that lie whole in the simulation. */
  readonly workingMidnights: readonly EpochMs[];
  newUserId(): string;
  newOrderId(): string;
  label(anomaly: AnomalyTruth): void;
}
