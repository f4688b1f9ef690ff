import { type VirtualCollector, WORKSPACE } from './virtual-collector.js';
import type { VirtualDevice } from './virtual-device.js';
import { type AggregateName, countBy, type VirtualStore } from './virtual-store.js';

export interface WorldResult {
  readonly seed: number;
  readonly tracked: number;
  /** Events that a device has deleted because they were acknowledged. */
  readonly acked: number;
  /** Acknowledged, or safely stored on the device, and not in the store. */
  readonly lost: number;
  /** Second and further rows of an event. */
  readonly duplicated: number;
  readonly aggregatesEqual: boolean;
  /** Everything that must not be, in words; empty for a good world. */
  readonly wrong: readonly string[];
}

interface World {
  readonly seed: number;
  readonly isDone: boolean;
  readonly collector: VirtualCollector;
  readonly devices: readonly VirtualDevice[];
  readonly store: VirtualStore;
  /** Promises that failed and were left alone. */
  readonly unhandled: readonly string[];
}

export async function checkWorld({ seed, isDone, collector, devices, store, unhandled }: World): Promise<WorldResult> {
  const wrong: string[] = [...collector.faults, ...unhandled];
  if (!isDone) wrong.push('an hour after everything healed the queues or the WAL were not empty');
  const rows = store.events();
  const copies = new Map<string, number>();
  for (const { event_id: id = '' } of rows) copies.set(id, (copies.get(id) ?? 0) + 1);
  const tracked = devices.flatMap((device) => device.tracked);

  const lost = tracked.filter(
    (event) => event.isGood && (event.isDelivered || event.isStored) && !copies.has(event.eventId),
  );
  for (const { eventId, isDelivered } of lost)
    wrong.push(`${eventId} is lost, ${isDelivered ? 'acknowledged' : 'stored on its device'}`);
  let duplicated = 0;
  for (const [id, count] of copies) {
    duplicated += count - 1;
    if (count > 1) wrong.push(`${id} is there ${count} times`);
  }
  const made = new Set(tracked.filter(({ isGood }) => isGood).map(({ eventId }) => eventId));
  for (const id of copies.keys()) if (!made.has(id)) wrong.push(`${id} was never tracked, or is not good`);

  const apart = [...groupsApart('sessions', store), ...groupsApart('page_stats', store)];
  wrong.push(...apart);
  for (const device of devices) {
    wrong.push(...device.troubles, ...(await wrongBooks(device, collector, rows)));
  }
  const acked = tracked.filter(({ isDelivered }) => isDelivered).length;
  return {
    seed,
    tracked: tracked.length,
    acked,
    lost: lost.length,
    duplicated,
    aggregatesEqual: apart.length === 0,
    wrong,
  };
}

/** Groups in which an aggregate is not what a recount of the raw rows gives. */
function groupsApart(target: AggregateName, store: VirtualStore): string[] {
  const recount = countBy(target, store.events());
  const sums = store.sums(target);
  return [...new Set([...recount.keys(), ...sums.keys()])]
    .filter((key) => recount.get(key) !== sums.get(key))
    .map((key) => `${target} says ${sums.get(key) ?? 0} for ${key}, the rows say ${recount.get(key) ?? 0}`);
}

/** The collector's books of a queue against the rows, and against what the device has. */
async function wrongBooks(
  device: VirtualDevice,
  collector: VirtualCollector,
  rows: ReturnType<VirtualStore['events']>,
): Promise<string[]> {
  const queueId = await device.queueId();
  const books = collector.pipeline()?.seen.ledger(WORKSPACE, queueId);
  const own = rows.filter((row) => row.queue_id === queueId);
  if (!books) return own.length > 0 ? [`${device.name} has rows and no books`] : [];
  const { highestSeq, delivered, rejected, dropped, missing } = books;
  const wrong: string[] = [];
  if (delivered !== new Set(own.map(({ event_id }) => event_id)).size)
    wrong.push(`${device.name}: books say ${delivered} delivered, rows ${own.length}`);
  if (missing !== 0) wrong.push(`${device.name}: ${missing} are missing: ${JSON.stringify(books.gaps)}`);
  if (highestSeq !== delivered + rejected + dropped + missing) wrong.push(`${device.name}: the books do not balance`);
  const bad = device.tracked.filter((event) => !event.isGood && (event.isDelivered || event.isStored)).length;
  if (rejected < bad) wrong.push(`${device.name}: ${bad} were bad, books say ${rejected} rejected`);
  return wrong;
}
