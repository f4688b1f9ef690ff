import { cutText, LIMITS, type Props } from '@tidemark/protocol';
import { bare } from '../browser/bare.js';

/** How long each text that is masked may be; what has no entry is a name that the app gave, and is not masked. */
const LENGTHS: Readonly<Record<string, number | undefined>> = /* @__PURE__ */ bare({
  page: LIMITS.urlLength,
  url: LIMITS.urlLength,
  referrer: LIMITS.urlLength,
  source: LIMITS.urlLength,
  title: LIMITS.textLength,
  message: LIMITS.textLength,
  stack: LIMITS.stackLength,
  target: LIMITS.nameLength,
  form: LIMITS.nameLength,
  campaign: LIMITS.nameLength, // each of its texts
});

export interface CleanOptions {
  /** Called with the number of props that had to go. */
  readonly onDropped: (props: number) => void;
  /** Applied to texts that people wrote or that tell where they were, before anything is kept. */
  readonly mask: (text: string) => string;
}

/**
 * JSON of an event as the collector takes it: texts cut to their limit and masked, props without what is no scalar. A title
 * that is too long must not cost the event. Written field by field: that costs less than a copy of the event, and what a
 * page has done to the prototype of all objects, a `toJSON` for example, is never asked.
 */
export function fieldsJson(fields: Readonly<Record<string, unknown>>, options: CleanOptions): string {
  const { mask } = options;
  let json = '';
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue; // JavaScript callers give null
    const length = LENGTHS[name];
    const text =
      name === 'props' || name === 'traits' || name === 'campaign'
        ? propsJson(value as Props, options, length) // whatever a page without types gave
        : JSON.stringify(
            typeof value === 'string' ? cutText(length ? mask(value) : value, length ?? LIMITS.nameLength) : value,
          );
    if (text) json += `,"${name}":${text}`;
  }
  return `{${json.slice(1)}}`;
}

function propsJson(props: Props, { onDropped, mask }: CleanOptions, length: number = LIMITS.textLength): string {
  let json = '';
  let kept = 0;
  let dropped = 0;
  for (const key of Object.keys(props)) {
    const value = readProp(props, key);
    // `__proto__` read back as a key of an object is a trap for others.
    const isName = key !== '' && key.length <= LIMITS.propKeyLength && key !== '__proto__';
    if (value === undefined || !isName || kept === LIMITS.propsCount) {
      dropped++;
    } else {
      json += `,${JSON.stringify(key)}:${JSON.stringify(typeof value === 'string' ? cutText(mask(value), length) : value)}`;
      kept++;
    }
  }
  if (dropped > 0) onDropped(dropped);
  return `{${json.slice(1)}}`;
}

/** @returns undefined when it is no scalar, or a getter of the page's that throws. */
function readProp(props: Props, key: string): string | number | boolean | undefined {
  try {
    const value = props[key];
    return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
