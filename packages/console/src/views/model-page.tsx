import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { faultOf, refusalOf } from '../api/api-outcome.js';
import type { OrderBoard } from '../state/order-board.js';

export interface ModelPageProps {
  readonly version: string;
  readonly board: OrderBoard;
  onClose(): void;
}

const STYLE = /<style>.*?<\/style>/s;

/** The collector's own page of a model: calibration, shapes, stability. It has no scripts, and is dressed by this page. */
export function ModelPage({ version, board, onClose }: ModelPageProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const [fault, setFault] = useState('');

  useEffect(() => {
    let isWanted = true;
    void board.modelPage(version).then((page) => {
      if (!isWanted) return;
      if (page.kind !== 'ok') return setFault(faultOf(refusalOf(page)));
      // Its own style would not be let in, and is told of as a fault when it is only read.
      const { body } = new DOMParser().parseFromString(page.value.replace(STYLE, ''), 'text/html');
      place.current?.replaceChildren(...body.childNodes);
    });
    return () => {
      isWanted = false;
    };
  }, [version, board]);

  return (
    <section class="card model-page" aria-label="Card of the model" data-test="model-card">
      <div class="toolbar">
        <h2>Card of the model</h2>
        <span class="spring" />
        <button type="button" class="button button-quiet" onClick={onClose} data-test="model-close">
          Close
        </button>
      </div>
      {fault === '' ? null : <p class="notice">{fault}</p>}
      <div class="model-text" ref={place} />
    </section>
  );
}
