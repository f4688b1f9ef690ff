import type { OrderSide } from '@tidemark/protocol';
import type { VNode } from 'preact';
import type { LearntFrom } from '../api/model-answers.js';
import { formatAge } from '../format/age.js';
import { formatCount } from '../format/count.js';
import { formatProbability, sideName } from '../format/order.js';
import type { OrderBoardState } from '../state/order-board.js';

export interface ModelPanelProps {
  readonly state: Pick<OrderBoardState, 'models' | 'card'>;
  readonly nowMs: number;
  onOpenCard(): void;
}

const SIDES: readonly OrderSide[] = ['subscribe', 'sell'];

/** The model that answers: how fresh, of what it learnt, how well it told orders that it had not seen. */
export function ModelPanel({ state: { models, card }, nowMs, onOpenCard }: ModelPanelProps): VNode | null {
  if (models === undefined || models.serving === null) return null; // the empty list says so
  const trainedAtMs = card?.sides.subscribe.any.trainedAtMs;
  return (
    <section class="card model-panel" aria-label="Model" data-test="model" data-version={models.serving}>
      <div class="toolbar">
        <h2>Model</h2>
        <span class="mono">{models.serving}</span>
        <span class="spring" />
        <button type="button" class="button" onClick={onOpenCard} data-test="model-open">
          Its card
        </button>
      </div>
      <p class="order-note">
        {typeof trainedAtMs === 'number'
          ? `Trained ${formatAge(nowMs - trainedAtMs)} ago, ${new Date(trainedAtMs).toLocaleString('en-GB')}.`
          : ''}{' '}
        {models.training ? 'Another is being trained.' : ''}
      </p>
      {card === undefined ? null : (
        <table class="case-measures">
          <thead>
            <tr>
              <th scope="col">Learnt from</th>
              <th scope="col" class="is-number">
                Orders
              </th>
              <th scope="col" class="is-number">
                Filled
              </th>
              <th
                scope="col"
                class="is-number"
                title="Less is better; beside it that of always saying the share of all"
              >
                Log-loss
              </th>
            </tr>
          </thead>
          <tbody>
            {SIDES.map((side) => (
              <Side key={side} side={side} learnt={card.sides[side].any} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Side({ side, learnt }: { readonly side: OrderSide; readonly learnt: LearntFrom }): VNode {
  const { rowCount, positiveCount, heldOutLogLoss, baseLogLoss } = learnt;
  return (
    <tr>
      <th scope="row">{sideName(side)}s</th>
      <td class="is-number">{formatCount(rowCount)}</td>
      <td class="is-number">{formatProbability(positiveCount / rowCount)}</td>
      <td class="is-number">
        {heldOutLogLoss.toFixed(3)} <span class="count">of {baseLogLoss.toFixed(3)}</span>
      </td>
    </tr>
  );
}
