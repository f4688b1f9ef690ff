import { cutText, LIMITS, type Props } from '@tidemark/protocol';
import type { EventFields } from '../track/event-fields.js';

/** How long each text that is masked may be; what has no entry is a name that the app gave, and is not masked. */
const LENGTHS: Readonly<Record<string, number>> = {
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
};

/** Made without a prototype: what a page has done to `Object.prototype` must not reach into events. */
type Bare = Record<string, unknown>;

export interface CleanOptions {
  /** Called with the number of props that had to go. */
  readonly onDropped: (props: number) => void;
  /** Applied to texts that people wrote or that tell where they were, before anything is kept. */
  readonly mask: (text: string) => string;
}

/**
 * An event's fields as the collector takes them: texts cut to their limit and masked, props without what is no scalar.
 * A title that is too long must not cost the event.
 */
export function cleanFields(fields: EventFields, options: CleanOptions): EventFields {
  const clean: Bare = Object.create(null);
  for (const [name, value] of Object.entries(fields)) {
    if ((value ?? undefined) === undefined) continue; // JavaScript callers give null
    const length = Object.hasOwn(LENGTHS, name) ? LENGTHS[name] : undefined; // a page may add to all objects
    if (name === 'props' || name === 'traits' || name === 'campaign')
      clean[name] = cleanProps(value as Props, options, length); // whatever a page without types gave
    else if (typeof value === 'string')
      clean[name] = cutText(length ? options.mask(value) : value, length ?? LIMITS.nameLength);
    else clean[name] = value;
  }
  return clean as unknown as EventFields; // the same fields, shortened
}

function cleanProps(props: Props, { onDropped, mask }: CleanOptions, length: number = LIMITS.textLength): Props {
  const clean: Bare = Object.create(null);
  let kept = 0;
  let dropped = 0;
  for (const key of Object.keys(props)) {
    const value = readProp(props, key);
    // `__proto__` set on an object is no key of it, and read back as one it is a trap for others.
    const isName = key !== '' && key.length <= LIMITS.propKeyLength && key !== '__proto__';
    if (value === undefined || !isName || kept === LIMITS.propsCount) {
      dropped++;
    } else {
      clean[key] = typeof value === 'string' ? cutText(mask(value), length) : value;
      kept++;
    }
  }
  if (dropped > 0) onDropped(dropped);
  return clean as Props; // scalars only, by readProp
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
