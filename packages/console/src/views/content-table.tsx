import type { ContentRow } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatCount } from '../format/count.js';
import { contentName, formatDifference, formatFigureOf } from '../format/difference.js';
import { COMPARED_FIGURES, type ComparedFigure, type ContentPair, extentOf } from '../state/content-rows.js';
import { isSure } from '../state/sure-differences.js';
import { DifferenceBar } from './difference-bar.js';

const HEADS: Readonly<Record<ComparedFigure, readonly [label: string, meaning: string]>> = {
  conversionRatio: ['Conversion', 'Sessions that reached a goal after they saw it'],
  dropOffRatio: ['Drop-off', 'Sessions whose last view it was in'],
  errorRatio: ['Errors', 'Sessions with an error in a view with it'],
  dwellMs: ['Median dwell', 'Visible, focused and attended time on a view with it'],
};

const VALUES: Readonly<Record<ComparedFigure, (row: ContentRow) => number | null>> = {
  conversionRatio: (row) => row.conversionRatio,
  dropOffRatio: (row) => row.dropOffRatio,
  errorRatio: (row) => row.errorRatio,
  dwellMs: (row) => row.dwellMsMedian,
};

/** One line of both surfaces for each template or module. */
export function ContentTable({
  pairs,
  label,
}: {
  readonly pairs: readonly ContentPair[];
  readonly label: string;
}): VNode {
  const extents = COMPARED_FIGURES.map((figure) => [figure, extentOf(pairs, figure)] as const);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls sideways on a narrow screen must be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={label}>
      <table class="content-table">
        <thead>
          <tr>
            <th scope="col" data-column="name">
              Content
            </th>
            <th scope="col" class="is-number">
              Sessions
            </th>
            {COMPARED_FIGURES.map((figure) => (
              <th key={figure} scope="col" title={HEADS[figure][1]}>
                {HEADS[figure][0]}
              </th>
            ))}
            <th scope="col" title="Upper quartiles of its views; native screens have none">
              Web vitals
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair) => (
            <tr key={pair.name} data-test="content-row" data-name={pair.name}>
              <th scope="row" data-column="name" title={pair.name}>
                {pair.name === '' ? contentName('') : pair.name}
              </th>
              <td class="is-number">
                <Both pair={pair} text={(row) => formatCount(row.sessions)} />
              </td>
              {extents.map(([figure, extent]) => (
                <ComparedCell key={figure} pair={pair} figure={figure} extent={extent} />
              ))}
              <td>
                <Vitals row={pair.h5} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ComparedCell({
  pair,
  figure,
  extent,
}: {
  readonly pair: ContentPair;
  readonly figure: ComparedFigure;
  readonly extent: number;
}): VNode {
  const comparison = pair.compared[figure];
  return (
    <td data-figure={figure} data-sure={comparison !== undefined && isSure(comparison)}>
      <div class="compared">
        <Both
          pair={pair}
          text={(row) => {
            const value = VALUES[figure](row);
            return value === null ? '–' : formatFigureOf(figure, value);
          }}
        />
        {comparison === undefined ? null : (
          <span class="compared-difference">
            <DifferenceBar comparison={comparison} extent={extent} />
            <span>{formatDifference(figure, comparison.difference)}</span>
          </span>
        )}
      </div>
    </td>
  );
}

/** H5 above native, each in the colour it has elsewhere. */
function Both({ pair, text }: { readonly pair: ContentPair; readonly text: (row: ContentRow) => string }): VNode {
  return (
    <span class="both">
      <span class="both-value" data-surface="h5" title="H5">
        {pair.h5 === undefined ? '–' : text(pair.h5)}
      </span>
      <span class="both-value" data-surface="native" title="Native">
        {pair.native === undefined ? '–' : text(pair.native)}
      </span>
    </span>
  );
}

function Vitals({ row }: { readonly row: ContentRow | undefined }): VNode {
  const told = [
    ['LCP', 'lcpMs', row?.lcpMsP75],
    ['INP', 'inpMs', row?.inpMsP75],
    ['CLS', 'cls', row?.clsP75],
  ] as const;
  const known = told.flatMap(([name, figure, value]) => (value == null ? [] : [[name, formatFigureOf(figure, value)]]));
  if (known.length === 0) return <span class="is-nothing">–</span>;
  return (
    <dl class="vitals">
      {known.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
