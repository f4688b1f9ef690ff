import { ORDER_SIDES, type SuccessModel } from '@tidemark/analytics/scores';
import type { ServingModel } from './model-shelf.js';

/** Reached at this many points of the curve of a calibration. */
const CURVE_POINTS = 20;

/** What somebody must know who is to trust a model; JSON. */
export function modelCard({ version, model }: ServingModel): object {
  const sides = ORDER_SIDES.map((side) => [side, sideCard(model.sides[side])] as const);
  return { version, format: model.format, sides: Object.fromEntries(sides) };
}

function sideCard({ any, full, activity }: SuccessModel['sides']['sell']): object {
  return { any: targetCard(any), full: targetCard(full), activity };
}

function targetCard({ model, vennAbers, labelSets }: SuccessModel['sides']['sell']['any']): object {
  const { card, body } = model;
  const step = Math.max(1, Math.floor(vennAbers.scores.length / CURVE_POINTS));
  return {
    kind: body.kind,
    ...card,
    columns: model.columns,
    // Said by the model, and what happened to rows it had not seen: both ends.
    calibration: vennAbers.scores.flatMap((score, at) =>
      at % step === 0 ? [{ score, low: vennAbers.ifNegative[at], high: vennAbers.ifPositive[at] }] : [],
    ),
    labelSets,
    ...(body.kind === 'glassbox' && {
      shapes: body.shapes.map(({ values, errors, rows }, at) => ({
        feature: body.features[at]?.name,
        values,
        errors,
        rows,
      })),
    }),
  };
}

/** The card as a page; every text in it is escaped. */
export function modelCardPage(model: ServingModel): string {
  const parts = ORDER_SIDES.flatMap((side) =>
    (['any', 'full'] as const).map((target) => section(`${side}: ${target} fill`, model.model.sides[side][target])),
  );
  const activity = ORDER_SIDES.map((side) => `<p>${escaped(model.model.sides[side].activity.text)}</p>`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Model ${escaped(model.version)}</title>
<style>body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}td,th{padding:.2em .8em;border-bottom:1px solid #ccc;text-align:right}</style>
<h1>Success of orders, model ${escaped(model.version)}</h1>${activity}${parts.join('')}</html>\n`;
}

function section(title: string, { model, vennAbers }: SuccessModel['sides']['sell']['any']): string {
  const { rowCount, positiveCount, heldOutLogLoss, baseLogLoss, trainedAtMs, fingerprint, notes } = model.card;
  const facts = [
    ['Orders learnt from', String(rowCount)],
    ['Of these filled', `${((100 * positiveCount) / rowCount).toFixed(1)} %`],
    ['Log-loss on orders not seen', `${heldOutLogLoss.toFixed(4)} (base rate ${baseLogLoss.toFixed(4)})`],
    ['Trained', trainedAtMs === null ? 'not said' : new Date(trainedAtMs).toISOString()],
    ['Fingerprint of the data', fingerprint.slice(0, 16)],
  ];
  const step = Math.max(1, Math.floor(vennAbers.scores.length / CURVE_POINTS));
  const rows = vennAbers.scores.flatMap((score, at) =>
    at % step === 0
      ? [
          `<tr><td>${score.toFixed(3)}</td><td>${(vennAbers.ifNegative[at] ?? 0).toFixed(3)}</td><td>${(vennAbers.ifPositive[at] ?? 1).toFixed(3)}</td></tr>`,
        ]
      : [],
  );
  return `<h2>${escaped(title)}</h2><table>${facts.map(([name, value]) => `<tr><th>${escaped(name ?? '')}</th><td>${escaped(value ?? '')}</td></tr>`).join('')}</table>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('')}<h3>Calibration</h3><table><tr><th>said</th><th>at least</th><th>at most</th></tr>${rows.join('')}</table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
