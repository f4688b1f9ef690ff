import type { FlagMetric, FlagPrecision, RiskFlag } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatAgo } from '../format/age.js';
import { formatCount } from '../format/count.js';
import { formatMeasure, severityTone, usualRange, wordsOfName } from '../format/flag.js';
import type { FlagBoard } from '../state/flag-board.js';
import { Fact } from './fact.js';
import { FlagEventList } from './flag-event-list.js';
import { FlagTriageForm } from './flag-triage-form.js';

export interface FlagDetailProps {
  readonly flag: RiskFlag;
  /** Of all flags of its kind, as far as it is known. */
  readonly precision: FlagPrecision | undefined;
  readonly board: FlagBoard;
  now(): number;
  onClose(): void;
}

/** Why a flag was raised, by what numbers, and what somebody made of it. */
export function FlagDetail({ flag, precision, board, now, onClose }: FlagDetailProps): VNode {
  const { kind, severity, entity, reasons, evidence, status, statusReason, statusAt } = flag;
  return (
    <section class="card case-detail" aria-label={`Flag ${wordsOfName(kind)}`} data-test="flag-detail">
      <div class="toolbar">
        <h2>{wordsOfName(kind)}</h2>
        <span class="tag" data-tone={severityTone(severity)}>
          {severity}
        </span>
        <span class="spring" />
        <button type="button" class="button button-quiet" onClick={onClose} data-test="flag-close">
          Close
        </button>
      </div>
      <ul class="case-reasons">
        {reasons.map(({ code, text }) => (
          <li key={code}>{text}</li>
        ))}
      </ul>
      <dl class="case-facts">
        <Fact name={wordsOfName(entity.kind)}>
          <span class="mono">{entity.id}</span>
        </Fact>
        <Fact name="First noticed">{new Date(flag.firstAt).toLocaleString('en-GB')}</Fact>
        <Fact name="Last noticed">
          {formatAgo(now() - flag.lastAt)}, {formatCount(flag.count)} {flag.count === 1 ? 'time' : 'times'} in all
        </Fact>
        <Fact name="Status">
          {wordsOfName(status)}
          {statusAt === 0 ? '' : `, ${formatAgo(now() - statusAt)}${statusReason === '' ? '' : `: ${statusReason}`}`}
        </Fact>
        <Fact name="True so far">{precisionText(precision)}</Fact>
        <Fact name="Detector">
          <span class="mono">
            {flag.detector} v{flag.detectorVersion}
          </span>
        </Fact>
      </dl>
      {evidence.metrics.length === 0 ? null : <Metrics metrics={evidence.metrics} />}
      <FlagEventList flagId={flag.flagId} board={board} />
      <FlagTriageForm flag={flag} board={board} now={now} />
    </section>
  );
}

function precisionText(precision: FlagPrecision | undefined): string {
  if (!precision) return 'not known yet';
  const { resolved, falsePositives } = precision;
  const judged = resolved + falsePositives;
  return judged === 0
    ? 'none of this kind was judged'
    : `${formatCount(resolved)} of ${formatCount(judged)} that were judged`;
}

function Metrics({ metrics }: { readonly metrics: readonly FlagMetric[] }): VNode {
  return (
    <table class="case-measures">
      <thead>
        <tr>
          <th scope="col">Measured</th>
          <th scope="col" class="is-number">
            Here
          </th>
          <th scope="col" class="is-number">
            Expected
          </th>
        </tr>
      </thead>
      <tbody>
        {metrics.map(({ metric, observed, expectedLow, expectedHigh, baselineSpanMs, n }) => (
          <tr key={metric} title={`From ${formatCount(n)} observations`}>
            <th scope="row">{wordsOfName(metric)}</th>
            <td class="is-number">{formatMeasure(observed)}</td>
            <td class="is-number">{usualRange(expectedLow, expectedHigh, baselineSpanMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
