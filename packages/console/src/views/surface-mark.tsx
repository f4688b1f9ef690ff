import type { Surface } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { surfaceName } from '../format/surface.js';

/** The surface, with the colour it has in the chart. */
export function SurfaceMark({ surface }: { readonly surface: Surface }): VNode {
  return (
    <span class="surface" data-surface={surface}>
      {surfaceName(surface)}
    </span>
  );
}
