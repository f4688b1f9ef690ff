import { LIMITS, type TransitionWay } from '@tidemark/protocol';
import type { EventFields } from './event-fields.js';
import type { Feature } from './feature.js';
import { guarded, hear } from './guarded.js';

/** The Navigation API as far as it is used; not in every browser, so not in the types. */
interface NavigationLike extends EventTarget {
  readonly currentEntry?: { readonly index: number };
}
interface NavigateEvent extends Event {
  readonly navigationType?: string;
  readonly destination?: { readonly index: number };
}

/** What a view contained, for the transition that leaves it. */
interface Left {
  readonly page: string;
  readonly template: string | undefined;
  readonly modules: Set<string>;
}

/** A navigation within this time of a click on a link is the link's. */
const LINK_MS = 1_000;

/**
 * A `transition` for each view that another one of the site led to: which, how, and what of it was seen (its template, and
 * the modules whose `exposure` was told).
 */
export function transitions(): Feature {
  return (host) => {
    let left: Left | undefined;
    let way: TransitionWay | undefined;
    let isLoaded = true;
    let linkAt = Number.NEGATIVE_INFINITY;

    function onNavigate(event: Event): void {
      const { navigationType, destination } = event as NavigateEvent;
      if (navigationType === 'traverse') {
        const { currentEntry } = event.target as NavigationLike;
        way = (destination?.index ?? 0) < (currentEntry?.index ?? 0) ? 'back' : 'forward';
      } else if (navigationType === 'replace') {
        way = way ? 'redirect' : 'replace'; // of a view that nobody has seen yet
      } else {
        way = host.clock.monotonicMs() - linkAt < LINK_MS ? 'link' : 'push';
      }
    }

    const tell = guarded(host, (page: string, from: Left, by: TransitionWay) => {
      host.emit({
        type: 'transition',
        page,
        fromPage: from.page,
        way: by,
        ...(from.template ? { fromTemplate: from.template } : {}),
        modules: [...from.modules].slice(0, LIMITS.modulesCount),
      });
    });

    host.atEvent((event: EventFields) => {
      if (event.type === 'exposure') left?.modules.add(event.module.slice(0, LIMITS.nameLength));
      if (event.type === 'page_view' && event.page !== undefined) {
        const { page, template } = event;
        const arrival = left ? { from: left, by: way ?? 'push' } : isLoaded && arrivalAt(page);
        if (arrival) queueMicrotask(() => tell(page, arrival.from, arrival.by)); // behind the view that it leads to
        left = contained(page, template);
        way = undefined;
      }
      return {};
    });

    const { navigation } = window as { readonly navigation?: NavigationLike };
    const unhears = [
      hear(host, document, ['click'], ({ target }) => {
        if (target instanceof Element && target.closest('a[href],area[href]')) linkAt = host.clock.monotonicMs();
      }),
      hear(host, window, ['pageshow'], (event) => {
        if (!(event as PageTransitionEvent).persisted) return;
        left = undefined; // out of the back-forward cache: where the person comes back from, nobody says
        isLoaded = false;
      }),
      navigation?.currentEntry
        ? hear(host, navigation, ['navigate'], onNavigate)
        : hear(host, window, ['popstate'], () => {
            way = 'back'; // or forward: browsers without that interface do not tell
          }),
    ];
    return () => {
      for (const unhear of unhears) unhear();
    };
  };
}

/** How the document was come to, where the browser tells it; it does not tell what was left to go back to it. */
function arrivalAt(page: string): { readonly from: Left; readonly by: TransitionWay } | undefined {
  const [entry] = performance.getEntriesByType('navigation');
  const { type } = (entry ?? {}) as { readonly type?: string };
  if (type === 'reload') return { from: contained(page), by: 'reload' };
  if (type === 'back_forward' || !document.referrer) return undefined;
  const { origin, pathname } = new URL(document.referrer);
  return origin === location.origin ? { from: contained(pathname), by: 'link' } : undefined;
}

function contained(page: string, template?: string): Left {
  return { page, template, modules: new Set() };
}
