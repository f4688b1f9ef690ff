import { describeBin, type FeatureBins } from '../binning/feature-bins.js';
import type { GlassboxBody } from '../glassbox/fit-glassbox.js';
import type { ScorecardBody } from './fit-scorecard.js';
import type { PointsScale } from './points-scale.js';
import { scalingOf } from './points-scale.js';

/** The card as people read it: points to add up. */
export interface CardTable {
  /** Points everybody starts with. */
  readonly base: number;
  readonly lines: readonly CardLine[];
}

export interface CardLine {
  readonly feature: string;
  readonly bins: readonly CardBin[];
}

export interface CardBin {
  readonly value: string;
  readonly points: number;
  /** Training rows. */
  readonly rows: number;
}

/**
 * A WoE card, or the single shapes of a glass-box model, as a table of whole points; neighbouring bins with the
 * same points become one line. Pairs of a glass-box model have no place on a card of lines and come on top of it.
 *
 * @param sign - 1 when the positive label is good, -1 when it is bad.
 */
export function cardTable(body: ScorecardBody | GlassboxBody, scale: PointsScale, sign: 1 | -1): CardTable {
  const { factor, offset } = scalingOf(scale);
  const lines = body.features.map((bins, at): CardLine => {
    const { effects, rows } = effectsOf(body, at);
    const points = effects.map((effect) => Math.round(factor * sign * effect));
    return { feature: bins.name, bins: joinEqual(bins, points, rows) };
  });
  return { base: Math.round(offset + factor * sign * body.intercept), lines };
}

function effectsOf(
  body: ScorecardBody | GlassboxBody,
  at: number,
): { effects: readonly number[]; rows: readonly number[] } {
  if (body.kind === 'glassbox') return { effects: body.shapes[at]?.values ?? [], rows: body.shapes[at]?.rows ?? [] };
  const { coefficient = 0, woe = [], rows = [] } = body.attributes[at] ?? {};
  return { effects: woe.map((weight) => coefficient * weight), rows };
}

function joinEqual(bins: FeatureBins, points: readonly number[], rows: readonly number[]): CardBin[] {
  const joined: { first: number; last: number; points: number; rows: number }[] = [];
  const alone = bins.kind === 'numeric' ? bins.specials.length : Number.POSITIVE_INFINITY;
  for (const [code, own] of points.entries()) {
    if (code === 0 && rows[code] === 0) continue;
    const before = joined.at(-1);
    if (before && before.first > alone && before.points === own) {
      before.last = code;
      before.rows += rows[code] ?? 0;
    } else joined.push({ first: code, last: code, points: own, rows: rows[code] ?? 0 });
  }
  return joined.map((one) => ({
    value: one.first === one.last ? describeBin(bins, one.first) : describeSpan(bins, one.first, one.last),
    points: one.points,
    rows: one.rows,
  }));
}

/** What several neighbouring bins of numbers hold together. */
function describeSpan(bins: FeatureBins, first: number, last: number): string {
  if (bins.kind === 'category') return describeBin(bins, first);
  const skipped = bins.specials.length + 1;
  const inner = new Set(bins.edges.slice(first - skipped, last - skipped));
  const edges = bins.edges.filter((edge) => !inner.has(edge));
  return describeBin({ ...bins, edges }, first);
}
