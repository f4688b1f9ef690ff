import { SUBJECT_KINDS, type SubjectKind } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatTime } from '../format/clock-time.js';
import type { SubjectBoard, SubjectBoardState } from '../state/subject-board.js';
import { EmptyState } from './empty-state.js';
import { Fault } from './fault.js';
import { FeatureTable } from './feature-table.js';
import { SearchField } from './search-field.js';
import { useStore } from './use-store.js';

const ANY = 'any';

/** What is known of a visitor, a user, a product or whoever an id is of; before one is asked for, what can be known. */
export function SubjectsPage({ board }: { readonly board: SubjectBoard }): VNode {
  const state = useStore(board.state);
  const [subject, setSubject] = useState('');
  const [kind, setKind] = useState<SubjectKind | typeof ANY>(ANY);
  useEffect(() => void board.open(), [board]);
  const id = subject.trim();

  return (
    <main class="page">
      <section class="card subject-panel" aria-label="Subjects">
        <form
          class="toolbar"
          onSubmit={(event) => {
            event.preventDefault();
            if (id !== '') void board.ask(id, kind === ANY ? undefined : kind);
          }}
        >
          <h2>Subjects</h2>
          <span class="spring" />
          <span class="select">
            <select
              aria-label="Kind"
              value={kind}
              onChange={(event) => setKind(kindOf(event.currentTarget.value))}
              data-test="subject-kind"
            >
              <option value={ANY}>Any kind</option>
              {SUBJECT_KINDS.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </span>
          <SearchField
            label="Id"
            placeholder="Id of a visitor, user, product…"
            value={subject}
            test="subject-id"
            onInput={setSubject}
          />
          <button type="submit" class="button" disabled={id === '' || state.isAsking} data-test="subject-ask">
            {state.isAsking ? 'Reckoning…' : 'Show'}
          </button>
        </form>
        <Fault fault={state.fault} />
        <Features state={state} />
      </section>
    </main>
  );
}

function Features({ state: { catalog, answer } }: { readonly state: SubjectBoardState }): VNode {
  if (catalog === undefined) return <EmptyState title="Loading…" />;
  if (answer === undefined) return <FeatureTable catalog={catalog} readings={undefined} />;
  return (
    <>
      {answer.kinds.map(({ kind, features }) => (
        <div key={kind} data-test="subject" data-kind={kind}>
          <p class="subject-title">
            <strong>
              {kind} {answer.subject}
            </strong>{' '}
            as of {formatTime(answer.asOf)}
          </p>
          <FeatureTable catalog={catalog} readings={features} />
        </div>
      ))}
    </>
  );
}

function kindOf(value: string): SubjectKind | typeof ANY {
  return SUBJECT_KINDS.find((kind) => kind === value) ?? ANY;
}
