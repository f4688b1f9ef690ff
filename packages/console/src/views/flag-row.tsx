import type { RiskFlag } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatCount } from '../format/count.js';
import { severityTone, wordsOfName } from '../format/flag.js';
import { Age } from './age.js';

export interface FlagRowProps {
  readonly flag: RiskFlag;
  readonly nowMs: number;
  readonly isOpen: boolean;
  onOpen(): void;
}

/** One flag in a line: how bad, what, about whom, why, since when. */
export function FlagRow({ flag, nowMs, isOpen, onOpen }: FlagRowProps): VNode {
  const { severity, kind, entity, reasons, status, count, lastAt } = flag;
  const reason = reasons[0]?.text ?? '';
  return (
    <li>
      <button
        type="button"
        class="flag-row"
        aria-expanded={isOpen}
        onClick={onOpen}
        data-test="flag"
        data-kind={kind}
        data-status={status}
        data-flag={flag.flagId}
      >
        <span class="tag" data-tone={severityTone(severity)}>
          {severity}
        </span>
        <span class="flag-kind">
          {wordsOfName(kind)}
          {count > 1 ? <span class="count"> × {formatCount(count)}</span> : null}
        </span>
        <span class="flag-entity mono" title={`${entity.kind} ${entity.id}`}>
          <span class="flag-entity-kind">{entity.kind}</span> {entity.id}
        </span>
        <span class="flag-reason" title={reason}>
          {reason}
        </span>
        <span class="flag-status">{status === 'open' ? '' : wordsOfName(status)}</span>
        <Age atMs={lastAt} nowMs={nowMs} />
      </button>
    </li>
  );
}
