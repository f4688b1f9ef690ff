import type { TopAnswer } from '../reports/top-route.js';
import { formatDuration } from './format-table.js';
import { printable } from './printable.js';

/** What changed in a second, of two answers one after the other. */
export interface TopRates {
  readonly events: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly bySurface: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly loads: number;
  readonly loadedRows: number;
}

/** Between two answers of one process; of a collector that was started in between there are none: zeros. */
export function topRates(before: TopAnswer, now: TopAnswer): TopRates {
  const seconds = (now.nowMs - before.nowMs) / 1_000;
  const isSame = before.startedAtMs === now.startedAtMs && seconds > 0;
  const rate = (earlier: number, later: number) =>
    isSame ? Math.round((Math.max(0, later - earlier) / seconds) * 10) / 10 : 0;
  const rates = (earlier: Readonly<Record<string, number>>, later: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(later).map(([name, count]) => [name, rate(earlier[name] ?? 0, count)]));
  return {
    events: rate(before.accepted, now.accepted),
    byType: rates(before.byType, now.byType),
    bySurface: rates(before.bySurface, now.bySurface),
    rejected: rates(before.rejected, now.rejected),
    loads: rate(before.loads, now.loads),
    loadedRows: rate(before.loadedRows, now.loadedRows),
  };
}

const TYPES_SHOWN = 12;

/**
 * The lines of one picture, none longer than the terminal is wide, no more than it is high: what is most needed stands first.
 *
 * @param width, height - of the terminal, characters.
 */
export function renderTop(
  url: string,
  now: TopAnswer,
  rates: TopRates,
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  const { wal } = now;
  const head = [
    `tidemark top  ${url}  up ${formatDuration(now.nowMs - now.startedAtMs)}`,
    `complete to ${clock(now.completeTo)} UTC${now.storeReady ? '' : '  (the store is not there)'}`,
    '',
    `events   ${perSecond(rates.events)}   ${count(now.accepted)} accepted, ${count(now.duplicate)} copies, ${count(sum(now.rejected))} rejected`,
    ...surfaces(now, rates),
    `WAL      ${count(wal.records)} records wait, the oldest ${formatDuration(wal.oldestAgeMs)}; ${count(wal.segments)} sealed segments, ${bytes(wal.pendingBytes)} on the way`,
    `loads    ${perSecond(rates.loads)}   ${perSecond(rates.loadedRows).replace('/s', ' rows/s')}, the last took ${formatDuration(now.lastLoadMs)}; ${count(now.failedLoads)} failed`,
    `lag      ${formatDuration(now.lastLagMs)} from arrival until it can be queried`,
    `memory   collector ${bytes(now.collectorRssBytes)}, engine ${now.engineRssBytes === null ? '-' : bytes(now.engineRssBytes)}`,
  ];
  const lines = [
    ...head,
    '',
    ...counted('events by type', now.byType, rates.byType),
    ...(sum(now.rejected) > 0 ? ['', ...counted('rejected', now.rejected, rates.rejected)] : []),
    '',
    'slowest of the last minute',
    ...now.slowest.map(
      ({ method, route, status, ms }) => `  ${formatDuration(ms).padStart(9)}  ${status}  ${method} ${route}`,
    ),
  ];
  return lines.slice(0, height).map((line) => cut(printable(line), width));
}

function surfaces(now: TopAnswer, rates: TopRates): string[] {
  const names = Object.keys(now.bySurface).sort();
  if (names.length === 0) return [];
  return [`surface  ${names.map((name) => `${name} ${perSecond(rates.bySurface[name] ?? 0)}`).join('   ')}`];
}

/** Most first. */
function counted(
  title: string,
  counts: Readonly<Record<string, number>>,
  rates: Readonly<Record<string, number>>,
): string[] {
  const names = Object.keys(counts).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || (a < b ? -1 : 1));
  const wide = Math.max(...names.map((name) => name.length), title.length);
  const rows = names
    .slice(0, TYPES_SHOWN)
    .map(
      (name) =>
        `  ${name.padEnd(wide)}  ${perSecond(rates[name] ?? 0).padStart(11)}  ${count(counts[name] ?? 0).padStart(13)}`,
    );
  const hidden = names.length - TYPES_SHOWN;
  return [title, ...(rows.length > 0 ? rows : ['  none yet']), ...(hidden > 0 ? [`  ... and ${hidden} more`] : [])];
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
const count = (value: number) => value.toLocaleString('en-US');
const perSecond = (rate: number) => `${rate.toLocaleString('en-US')}/s`;
const clock = (ms: number) => new Date(ms).toISOString().slice(11, 19);

const KIBIBYTE = 1_024;

export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let [amount, unit] = [value, 0];
  while (amount >= KIBIBYTE && unit < units.length - 1) {
    amount /= KIBIBYTE;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(amount < 10 ? 1 : 0)} ${units[unit]}`;
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
}
