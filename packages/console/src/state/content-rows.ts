import type { ContentRow, SurfacesReport } from '@tidemark/protocol';
import { isMade, type MadeComparison } from './sure-differences.js';

/** What is compared side by side; web vitals stand for themselves, as native screens have none. */
export const COMPARED_FIGURES = ['conversionRatio', 'dropOffRatio', 'errorRatio', 'dwellMs'] as const;
export type ComparedFigure = (typeof COMPARED_FIGURES)[number];

/** One template or module: its rows of both surfaces, and what they differ by. */
export interface ContentPair {
  readonly name: string;
  readonly h5: ContentRow | undefined;
  readonly native: ContentRow | undefined;
  readonly compared: Readonly<Partial<Record<ComparedFigure, MadeComparison>>>;
}

/** Rows of one name together, in the order of the report. */
export function pairContent({ rows, comparison }: SurfacesReport): readonly ContentPair[] {
  const names = [...new Set(rows.map(({ name }) => name))];
  const made = comparison.filter(isMade);
  return names.map((name) => ({
    name,
    h5: rows.find((row) => row.name === name && row.surface === 'h5'),
    native: rows.find((row) => row.name === name && row.surface === 'native'),
    compared: Object.fromEntries(
      COMPARED_FIGURES.flatMap((figure) => {
        const found = made.find((one) => one.name === name && one.figure === figure);
        return found ? [[figure, found]] : [];
      }),
    ),
  }));
}

/** The farthest end of the intervals of a figure, to either side of 0: bars of one column have one scale. */
export function extentOf(pairs: readonly ContentPair[], figure: ComparedFigure): number {
  const ends = pairs.flatMap(({ compared }) => {
    const found = compared[figure];
    return found ? [found.difference, found.low ?? 0, found.high ?? 0] : [];
  });
  return Math.max(0, ...ends.map(Math.abs));
}
