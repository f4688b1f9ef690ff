import type { ContentWay } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatCount } from '../format/count.js';
import { contentName } from '../format/difference.js';
import { formatRatio } from '../format/ratio.js';
import { SurfaceMark } from './surface-mark.js';

const SHOWN = 12;

/** Where views went on to the other surface, and how. */
export function WaysPanel({ ways }: { readonly ways: readonly ContentWay[] }): VNode {
  const between = ways
    .filter(({ fromSurface, surface }) => fromSurface !== surface)
    .sort((a, b) => b.views - a.views)
    .slice(0, SHOWN);
  return (
    <section class="card ways-panel" aria-label="Ways between the surfaces">
      <div class="toolbar">
        <h2>Ways between the surfaces</h2>
        <span class="count">of the views that went on from there</span>
      </div>
      {between.length === 0 ? (
        <p class="ways-none">Nobody went from one surface to the other.</p>
      ) : (
        <ol class="ways">
          {between.map((way) => (
            <li key={`${way.name} ${way.fromSurface} ${way.way}`} class="way" data-test="way">
              <span class="way-name">{way.name === '' ? contentName('') : way.name}</span>
              <span class="way-surfaces">
                <SurfaceMark surface={way.fromSurface} />
                <span aria-hidden="true">→</span>
                <span class="visually-hidden">to</span>
                <SurfaceMark surface={way.surface} />
              </span>
              <span class="way-how">{way.way.replaceAll('_', ' ')}</span>
              <span class="way-share">
                {formatRatio(way.share)} <span class="count">{formatCount(way.views)}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
