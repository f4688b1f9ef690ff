import type { EventId, ViewId } from '@tidemark/protocol';
import type { Clock } from '../browser/clock.js';
import { listen } from '../browser/listen.js';
import { newId } from '../browser/random-uuid.js';
import { createDwellTimer, type DwellTimer } from './dwell.js';
import type { Emit, EmitOptions, EventFields } from './event-fields.js';
import type { ViewEndFields, ViewStartFields } from './feature.js';
import { currentPage, watchUrl } from './watch-url.js';

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

export interface ViewOptions {
  readonly emit: Emit;
  /** Keeps the end of a view as of now, for the case that the page never comes to say it. */
  readonly saveDraft: (fields: EventFields, options: EmitOptions) => void;
  /** Keeps what a callback throws out of the page: much of this runs within the page's own calls. */
  readonly guard: <A extends readonly unknown[]>(work: (...args: A) => void) => (...args: A) => void;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  /** Whether each change of the address is a view. */
  readonly automatic: boolean;
  /** Names a view by its path; what it leaves out is read from the page. */
  readonly describe: (path: string) => ViewFields | undefined;
  /** An address without what may hold personal data. */
  readonly cleanUrl: (url: string) => string;
  /** A view begins. @returns what features add to it. */
  readonly startFields: () => ViewStartFields;
  /** What features add to the end of a view. */
  readonly endFields: () => ViewEndFields;
}

interface View extends ViewFields {
  page: string;
  url: string;
  readonly viewId: ViewId;
  readonly endId: EventId;
  readonly occurredAt: number;
  readonly referrer: string;
  readonly extra: ViewStartFields;
  readonly timer: DwellTimer;
  announced: boolean;
}

/** Signs of a person. Passive listeners; what was done is not looked at. */
const ATTENTION = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart', 'wheel'] as const;
/** What a crash costs of a view's dwell at most. */
const CHECKPOINT_MS = 1_000;
/** A visible page that did not look at the clock for so long did not run: the device slept. */
const ASLEEP_MS = 10_000;

/** Follows the views of a page: one `page_view` at the start of each, one `view_end` with its dwell at its end. */
export function trackViews(options: ViewOptions): Views {
  const { automatic, clock, emit, guard } = options;
  let view: View | undefined;
  let previousUrl = document.referrer;
  let given: ViewFields = {};
  let ticking: ReturnType<typeof setInterval> | undefined;
  let lookedAt = clock.monotonicMs();
  let sleptMs = 0;
  const isVisible = () => !document.hidden;

  /** The monotonic clock without the time that the device slept; what is taken of the hidden time counts for nothing. */
  function awakeMs(): number {
    const now = clock.monotonicMs();
    if (now - lookedAt > ASLEEP_MS) sleptMs += now - lookedAt - CHECKPOINT_MS;
    lookedAt = now;
    return now - sleptMs;
  }

  function place(): Pick<View, 'page' | 'title' | 'template' | 'url'> {
    const path = options.cleanUrl(currentPage()); // a route within the fragment may have a query of its own
    const { page, title, template }: ViewFields = { ...options.describe(path), ...given };
    // Every event of the view carries its page: of another type, it would cost them all.
    return { page: String(page ?? path), title, template, url: options.cleanUrl(location.href) };
  }

  function begin(named: ViewFields = {}): void {
    given = named;
    const occurredAt = clock.now();
    const begun: View = {
      ...place(),
      viewId: newId<ViewId>(occurredAt),
      endId: newId<EventId>(occurredAt),
      occurredAt,
      referrer: options.cleanUrl(previousUrl),
      extra: options.startFields(),
      timer: createDwellTimer(awakeMs, isVisible(), document.hasFocus()),
      announced: false,
    };
    view = begun;
    previousUrl = location.href;
    // A router sets the title after the address, mostly in the same task.
    setTimeout(
      guard(() => {
        announce(begun);
        if (view === begun) tick();
      }),
    );
  }

  /** Says that the view was shown, once. */
  function announce(shown: View): void {
    if (shown.announced) return;
    shown.announced = true;
    const { page, viewId, occurredAt, title = document.title, url } = shown;
    const referrer = shown.referrer || undefined;
    const template = shown.template || undefined;
    emit({ type: 'page_view', page, viewId, url, title, referrer, template, ...shown.extra }, { occurredAt });
  }

  function ending({ page, viewId, timer }: View): EventFields {
    return { type: 'view_end', page, viewId, ...timer.read(), ...options.endFields() };
  }

  function end(): void {
    const ended = view;
    if (!ended) return;
    announce(ended);
    const fields = ending(ended);
    view = undefined;
    emit(fields, { eventId: ended.endId });
  }

  /** Writes the view's end down as it would be now, once a second for as long as the view is visible. */
  function tick(): void {
    clearInterval(ticking);
    if (isVisible()) ticking = setInterval(guard(checkpoint), CHECKPOINT_MS);
    checkpoint();
  }

  function checkpoint(): void {
    if (view) options.saveDraft(ending(view), { eventId: view.endId });
    else clearInterval(ticking);
  }

  function show(fields?: ViewFields): void {
    end();
    begin(fields);
  }

  function onAddress(replaced: boolean): void {
    // A redirect: nobody has seen the page that was to be shown.
    if (replaced && view && !view.announced) {
      Object.assign(view, place());
      previousUrl = location.href;
    } else show();
  }

  /** A page that was rendered ahead has not been shown to anybody before it is activated. */
  function follow(): void {
    stops.push(watchUrl(guard(onAddress)));
    if (!view) begin();
  }

  const hear = (target: EventTarget, type: string, work: (event: Event) => void) => listen(target, type, guard(work));
  const stops = [
    hear(document, 'visibilitychange', () => {
      view?.timer.setVisible(isVisible());
      if (view?.announced) tick();
    }),
    hear(window, 'focus', () => view?.timer.setFocused(true)),
    hear(window, 'blur', () => view?.timer.setFocused(document.hasFocus())),
    ...ATTENTION.map((type) => hear(document, type, () => view?.timer.attend())),
    hear(window, 'pagehide', end),
    hear(window, 'pageshow', (event) => {
      if (!(event as PageTransitionEvent).persisted || !automatic) return;
      previousUrl = ''; // out of the back-forward cache: where the person comes back from, nobody says
      begin();
    }),
  ];
  if (automatic) {
    if ((document as { readonly prerendering?: boolean }).prerendering)
      stops.push(hear(document, 'prerenderingchange', follow));
    else follow();
  }
  return {
    current: () => view,
    show,
    stop() {
      end();
      clearInterval(ticking);
      for (const stop of stops) stop();
    },
  };
}
