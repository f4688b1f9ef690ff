import type { ContentComparison } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatCount } from '../format/count.js';
import { sayDifference } from '../format/difference.js';
import { isMade, sureDifferences } from '../state/sure-differences.js';

const SHOWN = 8;

/** What one may be sure of, in words, after everything that was looked at is reckoned with. */
export function SureList({ comparison }: { readonly comparison: readonly ContentComparison[] }): VNode | null {
  const made = comparison.filter(isMade).length;
  const sure = sureDifferences(comparison);
  if (made === 0) return null;
  const looked = `${formatCount(made)} ${made === 1 ? 'comparison' : 'comparisons'}`;
  return (
    <div class="sure" data-test="sure">
      <p class="sure-title">
        {sure.length === 0
          ? `Nothing differs for sure: of ${looked}, none is beyond what chance does among so many.`
          : `${formatCount(sure.length)} of ${looked} differ beyond what chance does among so many:`}
      </p>
      {sure.length === 0 ? null : (
        <ul class="sure-list">
          {sure.slice(0, SHOWN).map((one) => (
            <li key={`${one.name} ${one.figure}`} data-test="sure-difference">
              {sayDifference(one)}
            </li>
          ))}
          {sure.length > SHOWN ? <li>and {formatCount(sure.length - SHOWN)} more, coloured below.</li> : null}
        </ul>
      )}
    </div>
  );
}
