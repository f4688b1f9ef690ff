import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { createEntityRows, ROW_HEAD } from './entity-rows.js';
import { createEntityTable } from './entity-table.js';
import { fieldOf, loadNumbers } from './number-rows.js';
import { createPrintTable } from './print-table.js';
import { joinPieces, piecesOf, type Saveable } from './table-state.js';

function saved(table: Saveable<unknown, string | number>) {
  const { t = { evicted: 0, old: [], young: [] } } = joinPieces(piecesOf('t', table));
  return t;
}

const COUNT = ROW_HEAD.length;

/** Each row counts how often its entity came; what lies beside it is its own name, once it came three times. */
function openRows(max: number, saved?: Parameters<typeof createEntityRows>[2]) {
  const forgotten: number[] = [];
  const rows = createEntityRows<{ name: string }>(
    {
      first: [0],
      newExtra: () => ({ name: '' }),
      forget: (numbers, at) => forgotten.push(numbers[at + COUNT] ?? -1),
      save: (numbers, at, extra) => ({ n: numbers[at + COUNT], ...extra }),
      load: (plain, numbers, at, extraOf) => {
        loadNumbers([fieldOf(plain, 'n')], numbers, at + COUNT);
        const name = fieldOf(plain, 'name');
        if (typeof name === 'string') extraOf().name = name;
      },
    },
    max,
    saved,
  );
  const come = (id: string) => {
    const at = rows.of(id);
    const numbers = rows.numbers();
    const n = (numbers[at + COUNT] ?? 0) + 1;
    numbers[at + COUNT] = n;
    if (n >= 3) rows.extraOf(at).name = id;
  };
  return { rows, come, forgotten };
}

describe('rows of entities', () => {
  it('remember and forget what a table of objects would, through JSON as well, and no row inherits from another', () => {
    const random = seededRandom(81);
    const ids = Array.from({ length: 5_000 }, () => `e${Math.floor(300 * random() ** 2)}`);
    const table = createEntityTable<{ n: number; name?: string }>(() => ({ n: 0 }), 80);
    let { rows, come, forgotten } = openRows(80);
    let lost = 0;
    ids.forEach((id, i) => {
      if (i % 977 === 0) {
        lost += forgotten.length;
        ({ rows, come, forgotten } = openRows(80, JSON.parse(JSON.stringify(saved(rows)))));
      }
      const record = table.of(id);
      record.n++;
      if (record.n >= 3) record.name = id;
      come(id);
    });
    expect(saved(rows)).toEqual(saved(table));
    expect([rows.evicted(), lost + forgotten.length]).toEqual([table.evicted(), table.evicted()]);
    expect(rows.evicted()).toBeGreaterThan(500);
    expect(rows.peek('nobody')).toBeUndefined();
  });

  it('each row has a birth number that no other ever has', () => {
    const { rows } = openRows(4);
    const births = Array.from({ length: 200 }, (_, i) => {
      const at = rows.of(`x${i}`);
      return rows.numbers()[at];
    });
    expect(new Set(births).size).toBe(200);
    expect(births).not.toContain(0);
  });
});

describe('prints', () => {
  it('are owned as in a table of objects, beyond what fits and through JSON', () => {
    const random = seededRandom(82);
    const table = createEntityTable<{ deviceId: string }, number>(() => ({ deviceId: '' }), 4_000);
    let prints = createPrintTable(undefined, 4_000);
    for (let i = 0; i < 30_000; i++) {
      const print = Math.floor(random() * 9_000) * 8 + 7; // alike in their lower bits: they crowd
      const deviceId = `d${Math.floor(random() * 50)}`;
      const record = table.of(print);
      if (record.deviceId === '') record.deviceId = deviceId;
      if (i % 7_001 === 0) prints = createPrintTable(JSON.parse(JSON.stringify(saved(prints))), 4_000);
      if (prints.firstWith(print, deviceId) !== record.deviceId) throw new Error(`print ${i} is another's`);
    }
    expect(prints.evicted()).toBe(table.evicted());
    expect(prints.evicted()).toBeGreaterThan(1_000);
    const sizes = ({ old, young }: { old: readonly unknown[]; young: readonly unknown[] }) => [
      old.length,
      young.length,
    ];
    expect(sizes(saved(prints))).toEqual(sizes(saved(table)));
  });
});

describe('pieces of a table', () => {
  it('joined are what it was saved whole, sets and maps as lists, and are copies', () => {
    const table = createEntityTable<{ n: number; names: Set<string> }>(() => ({ n: 0, names: new Set() }), 3_000);
    for (let i = 0; i < 4_200; i++) table.of(`e${i}`).names.add(`n${i}`);
    const pieces = [...piecesOf('t', table)];
    const plain = (generation: 'old' | 'young') =>
      [...table.entries(generation)].map(([id, { n, names }]) => [id, { n, names: [...names] }]);
    const whole = { evicted: table.evicted(), old: plain('old'), young: plain('young') };
    for (const id of ['e4199', 'e2000']) table.of(id).n = 7;
    expect(Math.max(...pieces.map(({ entries }) => entries.length))).toBe(500);
    expect(pieces.length).toBeGreaterThan(4);
    expect(joinPieces(pieces)).toEqual({ t: whole });
    const empty = createEntityTable(() => ({}));
    expect(joinPieces(piecesOf('none', empty))).toEqual({ none: { evicted: 0, old: [], young: [] } });
  });
});
