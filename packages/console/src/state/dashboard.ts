import type { LiveEvent } from '@tidemark/protocol';
import type { ApiClient } from '../api/api-client.js';
import type { Refusal } from '../api/api-outcome.js';
import { openLiveStream, type StreamState } from '../api/live-stream.js';
import type { StoreReadiness } from '../api/store-readiness.js';
import type { Clock } from '../clock.js';
import type { Choice, PageView } from './choice.js';
import { type ContentBoard, openContentBoard } from './content-board.js';
import { createEventRate, type EventRate } from './event-rate.js';
import { type FlagBoard, openFlagBoard } from './flag-board.js';
import { addToLog, EMPTY_LOG, type LiveLog } from './live-log.js';
import { type OrderBoard, openOrderBoard } from './order-board.js';
import { createRecentIds } from './recent-ids.js';
import { createRefresher } from './refresher.js';
import { contentQuery, reportQuery } from './report-query.js';
import { type ReportWatch, watchReport } from './report-watch.js';
import { createReportsLoader, type ReportsState } from './reports-loader.js';
import { createServerClock } from './server-clock.js';
import { deriveStatus, type Status } from './status.js';
import { createStore, type Store } from './store.js';
import { openSubjectBoard, type SubjectBoard } from './subject-board.js';

export interface DashboardOptions {
  readonly api: ApiClient;
  readonly choice: Store<Choice>;
  readonly clock: Clock;
  readonly random: () => number;
  isVisible(): boolean;
  /** The key was refused: the dashboard has nothing left to do. */
  onRefused(refusal: Refusal): void;
  /** For the developer's console, not for the page. */
  warn(message: string): void;
}

/** All that the page shows, kept current until closed. */
export interface Dashboard {
  readonly status: Store<Status>;
  readonly live: Store<LiveLog>;
  readonly rate: EventRate;
  readonly reports: Store<ReportsState>;
  /** Asks for flags only while they are looked at. */
  readonly flags: FlagBoard;
  /** Asks for orders only while they are looked at. */
  readonly orders: OrderBoard;
  /** Asks for content only while it is looked at. */
  readonly content: ContentBoard;
  /** Features of whoever is asked for. */
  readonly subjects: SubjectBoard;
  /** How whole and how late the data of the last day is. */
  readonly effectiveData: ReportWatch<'effective-data'>;
  /** Now, by the collector's clock. */
  serverNow(): number;
  /** The tab was shown or the network came back: do not wait for the next turn. */
  wake(): void;
  close(): void;
}

/** Events are shown in groups, so that a flood costs a few drawings a second and not one each. */
const SHOW_EVERY_MS = 150;
/** Ten times what the list keeps, and more than a reconnect can repeat. */
const REMEMBERED_IDS = 2_000;

export function openDashboard(options: DashboardOptions): Dashboard {
  const { api, choice, clock, random, isVisible, onRefused, warn } = options;
  const live = createStore<LiveLog>(EMPTY_LOG);
  const rate = createEventRate();
  const seen = createRecentIds(REMEMBERED_IDS);
  const serverClock = createServerClock(clock);
  const reports = createReportsLoader(api, onRefused);
  const refresher = createRefresher({ refresh, isVisible, clock });
  const isLookedAt = (view: PageView) => () => isVisible() && choice.get().view === view;
  const flags = openFlagBoard({ api, clock, isVisible: isLookedAt('risk'), onRefused });
  const orders = openOrderBoard({ api, clock, isVisible: isLookedAt('orders'), onRefused });
  const content = openContentBoard({
    api,
    query: () => contentQuery(choice.get(), serverClock.now()),
    isVisible: isLookedAt('surfaces'),
    clock,
    onRefused,
  });
  const subjects = openSubjectBoard({ api, onRefused });
  const effectiveData = watchReport({
    api,
    name: 'effective-data',
    query: () => ({}),
    isVisible: isLookedAt('activity'),
    clock,
    onRefused,
  });
  let stream: StreamState['kind'] = 'connecting';
  let readiness: StoreReadiness = 'unknown';
  let everLive = false;
  const status = createStore<Status>(deriveStatus(stream, readiness, everLive));
  let arrived: LiveEvent[] = [];
  let cancelShow: (() => void) | undefined;

  async function refresh(): Promise<void> {
    const query = reportQuery(choice.get(), serverClock.now());
    const [store] = await Promise.all([api.storeReadiness(), reports.load(query)]);
    readiness = store;
    showStatus();
  }

  function showStatus(): void {
    const next = deriveStatus(stream, readiness, everLive);
    if (next.state !== status.get().state) status.set(next);
  }

  function show(): void {
    cancelShow = undefined;
    live.set(addToLog(live.get(), arrived));
    if (arrived.some(({ type }) => type === 'order')) orders.soon();
    arrived = [];
    refresher.soon();
  }

  const liveStream = openLiveStream({
    connect: api.live,
    clock,
    random,
    onEvent(event) {
      if (!seen.add(event.eventId)) return;
      rate.add(event);
      arrived.push(event);
      cancelShow ??= clock.after(SHOW_EVERY_MS, show);
    },
    onState(next) {
      if (next.kind === 'refused') return onRefused(next.refusal);
      if (next.kind === 'live') serverClock.set(next.serverTimeMs);
      everLive ||= next.kind === 'live';
      stream = next.kind;
      showStatus();
      if (next.kind !== 'connecting') refresher.soon();
    },
    onUnreadable: (data) => warn(`Tidemark console: skipped a live message it cannot read: ${data.slice(0, 200)}`),
  });

  const stopListening = choice.listen(() => {
    reports.invalidate();
    refresher.now();
    flags.wake();
    orders.wake();
    content.changed();
    effectiveData.wake();
  });
  refresher.now();

  return {
    status,
    live,
    rate,
    reports: reports.state,
    flags,
    orders,
    content,
    subjects,
    effectiveData,
    serverNow: serverClock.now,
    wake() {
      liveStream.retryNow();
      refresher.now();
      flags.wake();
      orders.wake();
      content.wake();
      effectiveData.wake();
    },
    close() {
      stopListening();
      liveStream.close();
      refresher.close();
      reports.close();
      flags.close();
      orders.close();
      content.close();
      subjects.close();
      effectiveData.close();
      cancelShow?.();
    },
  };
}
