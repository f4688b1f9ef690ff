import { median } from '../median.js';
import type { IngestFigures, IngestPlan } from './figures.js';
import type { Runner } from './runner.js';
import type { Timing } from './timed-send.js';

const SATURATED_RUNS_MAX = 3;
const MILLION = 1_000_000;

type LatencyFigures = Pick<IngestFigures, 'millionSeconds' | 'ackMs' | 'queryableMs' | 'afterSaturation' | 'saturated'>;

/**
 * Saturates a contender, a few times, and then sends half of what it took: at once, while it merges what millions of rows left to
 * be merged, and again when it has come to rest.
 */
export async function measureLatency(
  plan: IngestPlan,
  runner: Runner,
  tell: (line: string) => void,
): Promise<LatencyFigures> {
  const { eventsPerBatch, gzip, saturatedEvents } = plan;
  let seed = 1_000;

  async function run(events: number, eventsPerSecond?: number): Promise<Timing> {
    const timing = await runner.time({ seed: seed++, events, eventsPerBatch, gzip }, eventsPerSecond);
    tell(describe(timing));
    return timing;
  }

  const saturated: Timing[] = [];
  for (let number = 0; number < Math.min(plan.rounds, SATURATED_RUNS_MAX); number++) {
    saturated.push(await run(saturatedEvents));
  }
  const eventsPerSecond = median(saturated.map((timing) => timing.eventsPerSecond));
  const events = Math.ceil((eventsPerSecond / 2) * (plan.halfLoadSeconds / eventsPerBatch)) * eventsPerBatch;
  const half = () => run(events, eventsPerSecond / 2);
  const { ackMs: ackBehindMs, queryableMs: queryableBehindMs } = await half();
  await runner.rest();
  const { ackMs, queryableMs } = await half();
  const seconds = median(saturated.map((timing) => timing.seconds));
  return {
    ...(saturatedEvents === MILLION ? { millionSeconds: seconds } : {}),
    ackMs,
    queryableMs,
    afterSaturation: { ackMs: ackBehindMs, queryableMs: queryableBehindMs },
    saturated: { eventsPerSecond, queryableP99Ms: median(saturated.map((timing) => timing.queryableMs.p99)) },
  };
}

function describe({ eventsPerSecond, ackMs, queryableMs, refusals }: Timing): string {
  const ack = `ack p50 ${ackMs.p50.toFixed(1)} ms, p99 ${ackMs.p99.toFixed(1)} ms`;
  const queryable = `queryable p50 ${queryableMs.p50.toFixed(0)} ms, p99 ${queryableMs.p99.toFixed(0)} ms`;
  const busy = refusals > 0 ? `; ${refusals} answers were 503` : '';
  return `${Math.round(eventsPerSecond)} events/s: ${ack}; ${queryable}${busy}`;
}
