/** Builds DOM without markup strings: text always lands in text nodes, so nothing has to be escaped. */
export type Child = Node | string | false | undefined;
type AttributeValue = string | number | boolean | EventListener | undefined;

/** An HTML element. `onclick` and the like take listeners; `true` sets a bare attribute, `false` leaves it out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  fill(element, attributes);
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
  return element;
}

/** A 24 px line icon in the colour of the text around it. Decorative: the label stands beside it. */
export function icon(path: string): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const element = document.createElementNS(namespace, 'svg');
  const line = document.createElementNS(namespace, 'path');
  fill(element, { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' });
  fill(line, { d: path });
  element.append(line);
  return element;
}

function fill(element: Element, attributes: Readonly<Record<string, AttributeValue>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
}
