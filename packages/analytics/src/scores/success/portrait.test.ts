import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { fitCalibrated } from './calibrated-model.js';
import { drawPortrait, type Portrait, stabilityOf } from './portrait.js';

/** x decides, and rising; z is noise, and now and then missing; c is one of three. */
function rowsOf(count: number, seed: number, shift = 0): (readonly [number, number | null, string, number])[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const x = random() + shift;
    const z = random() < 0.1 ? null : Math.round(100 * random());
    return [x, z, 'abc'[Math.floor(3 * random())] ?? 'a', random() < x ? 1 : 0];
  });
}

const known = ([x, z, c]: ReturnType<typeof rowsOf>[number]) => ({ known: { x, z, c }, probability: x });
const movedOf = (portrait: Portrait, rows: ReturnType<typeof rowsOf>) =>
  stabilityOf(portrait, rows.map(known)).flatMap(({ name, stability }) => (stability?.moved ? [name] : []));

describe('the portrait of a model', () => {
  const rows = rowsOf(1_500, 1);
  const { portrait } = fitCalibrated(
    { names: ['x', 'z', 'c', 'y'], rows },
    { kind: 'scorecard', target: 'y', seed: 1 },
  );

  it('shows what each value adds, and how many rows lie there', () => {
    const [x, z, c] = ['x', 'z', 'c'].map((name) => portrait?.features.find((one) => one.name === name));
    const points = x?.steps.flatMap((step) => (step.points === null ? [] : [step.points])) ?? [];
    expect(points).toHaveLength(12);
    expect(points).toEqual(points.toSorted((a, b) => a - b));
    expect((points.at(-1) ?? 0) - (points[0] ?? 0)).toBeGreaterThan(100);
    for (const feature of [x, z, c]) expect(feature?.steps.reduce((sum, { rows: own }) => sum + own, 0)).toBe(1_500);
    expect(z?.steps.at(-1)).toMatchObject({ value: 'missing', rows: rows.filter(([, one]) => one === null).length });
    expect(
      c?.steps
        .map(({ value }) => value)
        .slice(0, 3)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
    expect(c?.steps.slice(3)).toEqual([
      { value: 'others', rows: 0, points: null },
      { value: 'missing', rows: 0, points: null },
    ]);
  });

  it('says which columns are spread otherwise now, and is still where nothing changed', () => {
    const own = drawPortrait(
      { columns: ['x', 'z', 'c'], contributions: () => new Float64Array(3) },
      rows,
      rows.map(([x]) => x),
    );
    expect(movedOf(own, rowsOf(1_500, 2))).toEqual([]);
    expect(movedOf(own, rowsOf(1_500, 2, 0.3))).toEqual(['probability', 'x']);
    expect(
      movedOf(
        own,
        rowsOf(1_500, 2).map(([x, , , y]) => [x, null, 'new', y] as const),
      ),
    ).toEqual(['z', 'c']);
    expect(stabilityOf(own, []).every(({ stability }) => stability === null)).toBe(true);
  });
});
