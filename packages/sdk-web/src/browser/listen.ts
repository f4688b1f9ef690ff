/** Adds a listener and returns what takes it away again. Passive: the SDK never holds up the page. */
export function listen(target: EventTarget, type: string, listener: (event: Event) => void): () => void {
  target.addEventListener(type, listener, { passive: true, capture: true });
  return () => target.removeEventListener(type, listener, true);
}
