/** Names a target or a form, or switches tracking off for what is inside. */
export const ATTRIBUTE = 'data-tidemark';

/**
 * The elements that an event goes through, innermost first, those in open shadow trees included. Empty when one of
 * them is switched off: its attribute says `off`.
 */
export function elementPath(event: Event, attribute: string = ATTRIBUTE): readonly Element[] {
  const path = event.composedPath().filter((node) => node instanceof Element);
  return path.some((element) => element.getAttribute(attribute) === 'off') ? [] : path;
}
