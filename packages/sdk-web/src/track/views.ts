import { LIMITS, type ViewId } from '@tidemark/protocol';
import type { Clock } from '../browser/clock.js';
import { listen } from '../browser/listen.js';
import { newId } from '../browser/random-uuid.js';
import { createDwellTimer, type DwellTimer } from './dwell.js';
import type { Emit } from './event-fields.js';
import { currentPage, watchUrl, withoutQuery } from './watch-url.js';

export interface ViewFields {
  readonly page?: string;
  readonly title?: string;
  readonly template?: string;
}

export interface Views {
  /** The view that is shown now; events that happen belong to it. */
  current(): { readonly page: string; readonly viewId: ViewId } | undefined;
  /** Ends the view and begins another: for pages that are not addresses. */
  show(fields?: ViewFields): void;
  stop(): void;
}

interface View {
  readonly page: string;
  readonly viewId: ViewId;
  readonly timer: DwellTimer;
  /** Emits the `page_view`, once. */
  readonly announce: () => void;
}

export interface ViewOptions {
  /** Whether each change of the address is a view. */
  readonly automatic: boolean;
  /** Names a view by its path; what it leaves out is read from the page. */
  readonly describe: (path: string) => ViewFields;
}

/** Signs of a person. Passive listeners; what was done is not looked at. */
const ATTENTION = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart', 'wheel'] as const;

/** Follows the views of a page: one `page_view` at the start of each, one `view_end` with its dwell at its end. */
export function trackViews(emit: Emit, clock: Clock, options: ViewOptions): Views {
  const { automatic } = options;
  let view: View | undefined;
  let previousUrl = document.referrer;

  function begin(given: ViewFields = {}): void {
    const path = currentPage();
    const fields = { ...options.describe(path), ...given };
    const page = String(fields.page ?? path); // every event of the view carries it: of another type, it would cost them all
    const occurredAt = clock.now();
    const referrer = withoutQuery(previousUrl);
    const url = withoutQuery(location.href);
    previousUrl = location.href;
    const timer = createDwellTimer(clock.monotonicMs, {
      visible: document.visibilityState === 'visible',
      focused: document.hasFocus(),
    });
    const place = { page, viewId: newId<ViewId>(occurredAt) };
    let announced = false;
    const announce = () => {
      if (announced) return;
      announced = true;
      const title = fields.title ?? document.title;
      const { template } = fields;
      emit(
        {
          type: 'page_view',
          ...place,
          url,
          title,
          ...(referrer ? { referrer } : {}),
          ...(template ? { template } : {}),
        },
        { occurredAt },
      );
    };
    view = { ...place, timer, announce };
    setTimeout(announce); // a router sets the title after the address, mostly in the same task
  }

  function end(): void {
    const ended = view;
    if (!ended) return;
    view = undefined;
    ended.announce();
    const { visibleMs, focusedMs, dwellMs } = ended.timer.read();
    emit({
      type: 'view_end',
      page: ended.page,
      viewId: ended.viewId,
      dwellMs: wholeMs(dwellMs),
      visibleMs: wholeMs(visibleMs),
      focusedMs: wholeMs(focusedMs),
    });
  }

  function show(fields?: ViewFields): void {
    end();
    begin(fields);
  }

  const stops = [
    listen(document, 'visibilitychange', () => view?.timer.setVisible(document.visibilityState === 'visible')),
    listen(window, 'focus', () => view?.timer.setFocused(true)),
    listen(window, 'blur', () => view?.timer.setFocused(document.hasFocus())),
    ...ATTENTION.map((type) => listen(document, type, () => view?.timer.attend())),
    listen(window, 'pagehide', end),
    listen(window, 'pageshow', (event) => {
      if (!(event as PageTransitionEvent).persisted || !automatic) return;
      previousUrl = ''; // out of the back-forward cache: where the person comes back from, nobody says
      begin();
    }),
  ];
  if (automatic) {
    stops.push(watchUrl(() => show()));
    begin();
  }
  return {
    current: () => view,
    show,
    stop() {
      end();
      for (const stop of stops) stop();
    },
  };
}

/** A page that stood open for days, in a hall or on a device that slept, must not lose its view for it. */
function wholeMs(ms: number): number {
  return Math.min(Math.round(ms), LIMITS.dwellMaxMs);
}
