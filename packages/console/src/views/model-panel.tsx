import type { ModelVersions, OrderSide } from '@tidemark/protocol';
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
      <RollingNotes models={models} nowMs={nowMs} />
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

/** How it is kept up: by what it is recalibrated, who answers in the shadow, what was last found. */
function RollingNotes({ models, nowMs }: { readonly models: ModelVersions; readonly nowMs: number }): VNode | null {
  const { champion, challenger, newOutcomes, refitEvery, judged, trained } = models;
  if (!champion) return null;
  const { subscribe, sell } = champion.recalibratedBy;
  return (
    <div data-test="model-rolling">
      <p class="order-note">
        {champion.isHeld ? 'Somebody chose it. ' : ''}
        {subscribe + sell > 0
          ? `Recalibrated by the last ${formatCount(subscribe)} subscriptions and ${formatCount(sell)} sales. `
          : 'Taken at its word until fifty orders of a side have ended. '}
        {refitEvery > 0
          ? `${formatCount(newOutcomes)} of ${formatCount(refitEvery)} orders until the next training. `
          : 'No training comes by itself. '}
        {challenger ? `${challenger.kind} ${challenger.version} answers in the shadow.` : ''}
      </p>
      {[judged, trained].map((news) =>
        news ? (
          <p class="order-note" key={news.text}>
            {formatAge(nowMs - news.atMs)} ago: {news.text}
          </p>
        ) : null,
      )}
    </div>
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
