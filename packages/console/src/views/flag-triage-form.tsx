import type { FlagTriage, RiskFlag, TriageAction } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { FlagBoard } from '../state/flag-board.js';

export interface FlagTriageFormProps {
  readonly flag: RiskFlag;
  readonly board: FlagBoard;
  now(): number;
}

interface Verdict {
  readonly action: TriageAction;
  readonly label: string;
}

const SNOOZE_MS = 24 * 3_600_000;

/** Of an open flag, and of one that was judged. */
const OPEN: readonly Verdict[] = [
  { action: 'acknowledge', label: 'Acknowledge' },
  { action: 'resolve', label: 'Resolve' },
  { action: 'false_positive', label: 'False positive' },
  { action: 'snooze', label: 'Snooze a day' },
];
const JUDGED: readonly Verdict[] = [{ action: 'reopen', label: 'Reopen' }];

/** What became of a flag. A key that may only read is told so by the collector. */
export function FlagTriageForm({ flag, board, now }: FlagTriageFormProps): VNode {
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const verdicts = flag.status === 'resolved' || flag.status === 'false_positive' ? JUDGED : OPEN;

  async function judge(action: TriageAction): Promise<void> {
    setBusy(true);
    setFault(await board.triage(flag.flagId, triageOf(action, reason.trim(), now())));
    setBusy(false);
  }

  return (
    <div class="flag-triage">
      <input
        class="input"
        placeholder="Reason; a false positive needs one"
        aria-label="Reason"
        maxLength={512}
        value={reason}
        onInput={(event) => setReason(event.currentTarget.value)}
        data-test="triage-reason"
      />
      <div class="flag-verdicts">
        {verdicts
          .filter(({ action }) => action !== 'acknowledge' || flag.status !== 'acknowledged')
          .map(({ action, label }) => (
            <button
              key={action}
              type="button"
              class="button"
              disabled={isBusy || (action === 'false_positive' && reason.trim() === '')}
              onClick={() => void judge(action)}
              data-test={`triage-${action}`}
            >
              {label}
            </button>
          ))}
      </div>
      {fault === '' ? null : (
        <p class="notice" role="alert" data-test="triage-fault">
          {fault}
        </p>
      )}
    </div>
  );
}

function triageOf(action: TriageAction, reason: string, nowMs: number): FlagTriage {
  return {
    action,
    ...(reason === '' ? {} : { reason }),
    ...(action === 'snooze' ? { untilMs: nowMs + SNOOZE_MS } : {}),
  };
}
