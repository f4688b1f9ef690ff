import type { ContentGroup } from '@tidemark/protocol';
import { type ReportWatch, type ReportWatchOptions, watchReport } from './report-watch.js';
import { createStore, type Store } from './store.js';

/** What is put side by side: a funnel's steps are asked for by those who know them. */
export type ContentChoice = Exclude<ContentGroup, 'step'>;

/** The same content on H5 and on native. */
export interface ContentBoard extends ReportWatch<'surfaces'> {
  readonly by: Store<ContentChoice>;
}

export function openContentBoard(options: Omit<ReportWatchOptions<'surfaces'>, 'name'>): ContentBoard {
  const by = createStore<ContentChoice>('template');
  const query = () => ({ ...options.query(), by: by.get() });
  const watch = watchReport({ ...options, name: 'surfaces', query });
  const stopListening = by.listen(watch.changed);
  return {
    ...watch,
    by,
    close() {
      stopListening();
      watch.close();
    },
  };
}
