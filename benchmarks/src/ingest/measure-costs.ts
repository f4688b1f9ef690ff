import { median } from '../median.js';
import type { Ceiling } from './ceiling.js';
import type { IngestPlan } from './figures.js';
import type { Bill, Runner } from './runner.js';

/** Who takes turns. */
export interface Entry {
  readonly runner: Runner;
  /** Of one round. */
  readonly events: number;
}

const WARM_UP_SHARE = 5;

/**
 * Rounds of all contenders take turns, so that a slow minute of the machine is in everybody's bill.
 *
 * @returns for each entry the median of its rounds, in their order, and microseconds a row of the ceiling, if there is one.
 */
export async function measureCosts(
  plan: IngestPlan,
  entries: readonly Entry[],
  ceiling: Ceiling | undefined,
  tell: (line: string) => void,
): Promise<{ readonly bills: readonly Bill[]; readonly ceilingMicros: number | undefined }> {
  const { eventsPerBatch, gzip } = plan;
  for (const { runner, events } of entries) {
    const warmUp = Math.ceil(events / WARM_UP_SHARE / eventsPerBatch) * eventsPerBatch;
    await runner.warmUp({ seed: 0, events: warmUp, eventsPerBatch, gzip });
  }
  await ceiling?.bill();
  const bills: Bill[][] = entries.map(() => []);
  const ceilings: number[] = [];
  for (let number = 1; number <= plan.rounds; number++) {
    for (const [at, { runner, events }] of entries.entries()) {
      const bill = await runner.bill({ seed: number, events, eventsPerBatch, gzip });
      bills[at]?.push(bill);
      tell(`round ${number}, ${describe(runner.contender.name, bill)}`);
    }
    if (!ceiling) continue;
    const micros = await ceiling.bill();
    ceilings.push(micros);
    tell(`round ${number}, engine alone: ${micros.toFixed(1)} us/event`);
  }
  return { bills: bills.map(medianBill), ceilingMicros: ceilings.length > 0 ? median(ceilings) : undefined };
}

function medianBill(bills: readonly Bill[]): Bill {
  return {
    cpuMicrosPerEvent: median(bills.map((bill) => bill.cpuMicrosPerEvent)),
    serverMicrosPerEvent: median(bills.map((bill) => bill.serverMicrosPerEvent)),
    engineMicrosPerEvent: median(bills.map((bill) => bill.engineMicrosPerEvent)),
  };
}

function describe(name: string, { cpuMicrosPerEvent, serverMicrosPerEvent, engineMicrosPerEvent }: Bill): string {
  const parts = `server ${serverMicrosPerEvent.toFixed(1)}, engine ${engineMicrosPerEvent.toFixed(1)}`;
  return `${name}: ${cpuMicrosPerEvent.toFixed(1)} us/event (${parts})`;
}
