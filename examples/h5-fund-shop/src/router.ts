export type Route =
  | { readonly kind: 'products' }
  | { readonly kind: 'product'; readonly productId: string }
  | { readonly kind: 'subscribe'; readonly productId: string }
  | { readonly kind: 'holdings' }
  | { readonly kind: 'sell'; readonly orderId: string }
  | { readonly kind: 'not-found' };

export interface Router {
  /** Shows the current address and starts to listen to links and to the back button. */
  start(): void;
  go(path: string): void;
}

export function matchRoute(pathname: string): Route {
  const [room = '', id = '', ...rest] = pathname.split('/').slice(1).map(decodeSegment);
  if (rest.length > 0) return { kind: 'not-found' };
  if (room === '' && id === '') return { kind: 'products' };
  if (room === 'holdings' && id === '') return { kind: 'holdings' };
  if (room === 'product' && id !== '') return { kind: 'product', productId: id };
  if (room === 'subscribe' && id !== '') return { kind: 'subscribe', productId: id };
  if (room === 'sell' && id !== '') return { kind: 'sell', orderId: id };
  return { kind: 'not-found' };
}

/** Real addresses through the History API. Ordinary links work: clicks on them are taken over here. */
export function createRouter(show: (route: Route, query: URLSearchParams) => void): Router {
  function showCurrent(): void {
    show(matchRoute(location.pathname), new URLSearchParams(location.search));
  }
  function go(path: string): void {
    history.pushState(null, '', path);
    showCurrent();
    scrollTo(0, 0);
  }
  function onClick(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || event.defaultPrevented || wantsNewTab(event) || link.origin !== location.origin) return;
    event.preventDefault();
    go(link.pathname + link.search);
  }
  return {
    start() {
      addEventListener('popstate', showCurrent);
      document.addEventListener('click', onClick);
      showCurrent();
    },
    go,
  };
}

function wantsNewTab(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

/** A broken escape such as `%E0%A4%A` stays as it is and then matches no product. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
