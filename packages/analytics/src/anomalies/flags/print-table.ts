import { fieldOf } from './number-rows.js';
import type { Saveable, TableState } from './table-state.js';

/** Which device left a print first; prints are numbers of 53 bits, and well mixed. */
export interface PrintTable extends Saveable<unknown, number> {
  /** The device that left it first: the given one, when nobody is known to have. */
  readonly firstWith: (print: number, deviceId: string) => string;
}

/** Prints remembered: those of some hours, several a device. */
const PRINTS_MAX = 200_000;
const PLACES_FIRST = 1_024;
const EMPTY = -1;

/** Prints in places by their lower bits, with empty ones between; twice as many places as prints at least. */
interface Prints {
  prints: Float64Array;
  /** Of the print at the same place; '' when it is young again. */
  owners: string[];
  size: number;
}

/**
 * Two generations as in {@link createEntityTable}, in flat arrays: half of all events leave a print, and nearly all of them are new.
 *
 * @param saved - what was saved, perhaps by way of JSON; more than fit are forgotten and counted.
 */
export function createPrintTable(saved?: TableState<unknown, string | number>, max: number = PRINTS_MAX): PrintTable {
  const half = Math.max(1, Math.floor(max / 2));
  let evicted = saved?.evicted ?? 0;
  let old = generation(saved?.old);
  let young = generation(saved?.young);

  function generation(entries: TableState<unknown, string | number>['old'] = []): Prints {
    const made = newGeneration();
    for (const [print, plain] of entries.slice(Math.max(0, entries.length - half))) {
      const deviceId = fieldOf(plain, 'deviceId');
      if (typeof print === 'number' && typeof deviceId === 'string') put(made, print, deviceId);
    }
    evicted += entries.length - made.size;
    return made;
  }
  return {
    firstWith: (print, deviceId) => {
      const at = placeOf(young.prints, print);
      if (young.prints[at] === print) return young.owners[at] ?? '';
      const before = placeOf(old.prints, print);
      let owner = deviceId;
      if (old.prints[before] === print && old.owners[before] !== '') {
        owner = old.owners[before] ?? deviceId;
        old.owners[before] = '';
        old.size--;
      }
      if (young.size >= half) {
        evicted += old.size;
        old = young;
        young = newGeneration(old.prints.length);
      }
      put(young, print, owner);
      return owner;
    },
    entries: (generation) => entriesOf(generation === 'old' ? old : young),
    evicted: () => evicted,
  };
}

function newGeneration(places: number = PLACES_FIRST): Prints {
  return { prints: new Float64Array(places).fill(EMPTY), owners: new Array<string>(places).fill(''), size: 0 };
}

/** Where it is, or the empty place where it would be. */
function placeOf(prints: Float64Array, print: number): number {
  const mask = prints.length - 1;
  let at = print & mask;
  while (prints[at] !== print && prints[at] !== EMPTY) at = (at + 1) & mask;
  return at;
}

function put(into: Prints, print: number, owner: string): void {
  if (2 * into.size >= into.prints.length) {
    const { prints, owners } = into;
    Object.assign(into, newGeneration(2 * prints.length));
    for (let at = 0; at < prints.length; at++) {
      const one = owners[at] ?? '';
      if (one !== '') put(into, prints[at] ?? EMPTY, one);
    }
  }
  const at = placeOf(into.prints, print);
  into.prints[at] = print;
  into.owners[at] = owner;
  into.size++;
}

function* entriesOf({ prints, owners }: Prints): Generator<[number, { deviceId: string }]> {
  for (const [at, deviceId] of owners.entries()) if (deviceId !== '') yield [prints[at] ?? EMPTY, { deviceId }];
}
