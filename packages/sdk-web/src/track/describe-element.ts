/** Longest text of an element in its description, characters. */
const TEXT_LENGTH = 40;
/** Parts whose text a person wrote, or nobody sees. */
const NOT_SAID = 'input,textarea,select,script,style,[hidden],[contenteditable]:not([contenteditable=false])';
const LABELLED = 'a,button,summary,[role=button]';

/**
 * A short name that stays the same from visit to visit: `button#pay.primary.wide Pay now`. Tag, id, up to two classes
 * or else the role, and the visible text of buttons and links. E-mail addresses and long numbers are masked.
 *
 * @param path - the element and what it is in, innermost first.
 */
export function describeElement(path: readonly Element[]): string {
  const [element] = path;
  if (!element) return '';
  const id = element.getAttribute('id'); // not `.id`: in a form that may be an input of this name
  const role = element.getAttribute('role');
  const classes = [...element.classList].slice(0, 2).map((name) => `.${name}`);
  const marks = classes.join('') || (role ? `[role=${role}]` : '');
  const hasText = element.matches(LABELLED) && !path.some((each) => each.matches(NOT_SAID));
  const text = hasText ? textOf(element).replace(/\s+/g, ' ').trim() : '';
  return `${masked(element.localName + (id ? `#${id}` : '') + marks)} ${cut(masked(text))}`.trim();
}

/** Between characters, never inside one. */
function cut(text: string): string {
  return [...text].slice(0, TEXT_LENGTH).join('');
}

/** From the nodes: `innerText` would lay the page out. */
function textOf(node: Node): string {
  if (node instanceof Text) return node.data;
  return node instanceof Element && !node.matches(NOT_SAID) ? [...node.childNodes].map(textOf).join('') : '';
}

/** Before anything is cut: half an address would no longer look like one. Separators do not make a number short. */
function masked(text: string): string {
  return text.replace(/\S{1,64}@\S+/g, '*').replace(/\p{Nd}([\s.,-]?\p{Nd}){3,}/gu, '*');
}
