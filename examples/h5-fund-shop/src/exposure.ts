/** What "seen" means here: this much of the element on screen for this long, the usual rule for an impression. */
const SEEN_RATIO = 0.5;
const SEEN_MS = 1_000;

/** Anything that stands on the screen as one element. */
export interface Watched {
  readonly element: Element;
}

/**
 * Reports each item once, when it has been seen. A tab in the background shows nothing, so its time does not count.
 *
 * @returns stops watching.
 */
export function watchExposure<Item extends Watched>(
  items: readonly Item[],
  onSeen: (item: Item, visibleRatio: number, visibleMs: number) => void,
): () => void {
  const waiting = new Map<Element, Item>(items.map((item) => [item.element, item]));
  const timers = new Map<Element, ReturnType<typeof setTimeout>>();
  const ratios = new Map<Element, number>();
  const observer = new IntersectionObserver((entries) => entries.forEach(onChange), { threshold: [SEEN_RATIO, 1] });

  function onChange({ target, intersectionRatio }: IntersectionObserverEntry): void {
    ratios.set(target, intersectionRatio);
    if (intersectionRatio < SEEN_RATIO) stopTimer(target);
    else if (!timers.has(target)) timers.set(target, setTimeout(report, SEEN_MS, target));
  }
  function report(element: Element): void {
    const item = waiting.get(element);
    waiting.delete(element);
    observer.unobserve(element);
    stopTimer(element);
    if (item) onSeen(item, ratios.get(element) ?? SEEN_RATIO, SEEN_MS);
  }
  function stopTimer(element: Element): void {
    clearTimeout(timers.get(element));
    timers.delete(element);
  }
  function pause(): void {
    observer.disconnect();
    for (const element of [...timers.keys()]) stopTimer(element);
  }
  function resume(): void {
    for (const element of waiting.keys()) observer.observe(element);
  }
  function onVisibilityChange(): void {
    if (document.hidden) pause();
    else resume();
  }

  document.addEventListener('visibilitychange', onVisibilityChange);
  if (!document.hidden) resume();
  return () => {
    document.removeEventListener('visibilitychange', onVisibilityChange);
    pause();
  };
}
