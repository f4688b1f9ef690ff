import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Explanation } from '../api/model-answers.js';
import { formatFact } from '../format/order.js';
import type { OrderBoard } from '../state/order-board.js';

export interface OrderFactsProps {
  readonly decisionId: string;
  readonly board: OrderBoard;
}

/** What was known when an order was placed, asked for when somebody wants to see it; the model says its answer again from it. */
export function OrderFacts({ decisionId, board }: OrderFactsProps): VNode {
  const [found, setFound] = useState<Explanation | string | undefined>(undefined);
  if (found === undefined) {
    return (
      <div class="order-explain">
        <button
          type="button"
          class="button"
          onClick={async () => setFound(await board.explain(decisionId))}
          data-test="order-explain"
        >
          Show what was known
        </button>
      </div>
    );
  }
  if (typeof found === 'string') return <p class="notice">{found}</p>;
  return (
    <>
      <p class="order-note" data-test="order-reproduced" data-value={String(found.reproduced)}>
        {againOf(found.reproduced)}
      </p>
      <table class="case-measures">
        <thead>
          <tr>
            <th scope="col">Known</th>
            <th scope="col" class="is-number">
              As it was placed
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(found.facts ?? {}).map(([fact, value]) => {
            const [name, shown] = formatFact(fact, value);
            return (
              <tr key={fact} data-test="order-fact" data-fact={fact}>
                <th scope="row">{name}</th>
                <td class="is-number">{shown}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function againOf(reproduced: boolean | null): string {
  if (reproduced === null) return 'The model that said so is gone.';
  return reproduced
    ? 'Reckoned again from what was stored, the model says the same, digit by digit.'
    : 'Reckoned again from what was stored, this version of the collector says something else.';
}
