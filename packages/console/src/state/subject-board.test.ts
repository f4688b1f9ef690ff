import type { FeatureCatalog, FeatureQuery, FeaturesAnswer } from '@tidemark/protocol';
import { expect, it } from 'vitest';
import type { ApiOutcome, Refusal } from '../api/api-outcome.js';
import { openSubjectBoard } from './subject-board.js';

const CATALOG: FeatureCatalog = { groups: [] };
const answerOf = (subject: string): FeaturesAnswer => ({ subject, asOf: 1, utcOffsetMinutes: 480, kinds: [] });

function start() {
  const waiting: { readonly query: FeatureQuery; readonly answer: (outcome: ApiOutcome<FeaturesAnswer>) => void }[] =
    [];
  const refusals: Refusal[] = [];
  let catalogs = 0;
  const board = openSubjectBoard({
    api: {
      featureCatalog: async () => {
        catalogs += 1;
        return catalogs === 1 ? { kind: 'unreachable' } : { kind: 'ok', value: CATALOG };
      },
      features: (query) => new Promise((answer) => waiting.push({ query, answer })),
    },
    onRefused: (refusal) => refusals.push(refusal),
  });
  return { board, waiting, refusals, catalogs: () => catalogs };
}

it('asks for the catalog until it has come, and then no more', async () => {
  const { board, catalogs } = start();
  await board.open();
  expect(board.state.get()).toMatchObject({ catalog: undefined, fault: 'The collector does not answer.' });
  await board.open();
  await board.open();
  expect(board.state.get().catalog).toBe(CATALOG);
  expect(catalogs()).toBe(2);
});

it('shows who was asked for last, in whatever order answers come', async () => {
  const { board, waiting } = start();
  const asking = [board.ask('a', undefined), board.ask('b', 'user')];
  expect(waiting.map(({ query }) => query)).toEqual([{ subject: 'a' }, { subject: 'b', kind: 'user' }]);
  waiting[1]?.answer({ kind: 'ok', value: answerOf('b') });
  waiting[0]?.answer({ kind: 'ok', value: answerOf('a') });
  await Promise.all(asking);
  expect(board.state.get()).toMatchObject({ answer: { subject: 'b' }, isAsking: false, fault: '' });
});

it('says why there is nothing, forgets who was there before, and tells of a refused key', async () => {
  const { board, waiting, refusals } = start();
  const first = board.ask('a', undefined);
  waiting[0]?.answer({ kind: 'ok', value: answerOf('a') });
  await first;
  const second = board.ask('nobody', undefined);
  const problem = { type: 't', title: 't', status: 404, code: 'not_found', detail: 'No event is about it.' } as const;
  waiting[1]?.answer({ kind: 'refused', refusal: { status: 404, problem } });
  await second;
  expect(board.state.get()).toMatchObject({ answer: undefined, fault: 'No event is about it.', isAsking: false });
  const third = board.ask('a', undefined);
  waiting[2]?.answer({ kind: 'refused', refusal: { status: 401 } });
  await third;
  expect(refusals).toEqual([{ status: 401 }]);
});

it('is silent once it is closed', async () => {
  const { board, waiting } = start();
  const asking = board.ask('a', undefined);
  board.close();
  waiting[0]?.answer({ kind: 'ok', value: answerOf('a') });
  await asking;
  expect(board.state.get().answer).toBeUndefined();
});
