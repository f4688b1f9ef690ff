import { LIMITS, type Props } from '@tidemark/protocol';
import type { EventFields } from '../track/event-fields.js';

/** How long each text may be; what has no entry is a name. */
const LENGTHS: Readonly<Record<string, number>> = {
  page: LIMITS.urlLength,
  url: LIMITS.urlLength,
  referrer: LIMITS.urlLength,
  title: LIMITS.textLength,
  message: LIMITS.textLength,
};

/**
 * An event's fields as the collector takes them: texts cut to their limit, props without what is no scalar.
 * A title that is too long must not cost the event.
 *
 * @param onDropped - called with the number of props that had to go.
 */
export function cleanFields(fields: EventFields, onDropped: (props: number) => void): EventFields {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === 'props' || name === 'traits') clean[name] = cleanProps(value as Props, onDropped);
    else clean[name] = typeof value === 'string' ? cutText(value, LENGTHS[name] ?? LIMITS.nameLength) : value;
  }
  return clean as unknown as EventFields; // the same fields, shortened
}

function cleanProps(props: Props, onDropped: (props: number) => void): Props {
  const clean: Record<string, string | number | boolean> = {};
  let kept = 0;
  let dropped = 0;
  for (const key of Object.keys(props)) {
    const value = readProp(props, key);
    // `__proto__` set on an object is no key of it, and read back as one it is a trap for others.
    const isName = key !== '' && key.length <= LIMITS.propKeyLength && key !== '__proto__';
    if (value === undefined || !isName || kept === LIMITS.propsCount) {
      dropped++;
    } else {
      clean[key] = typeof value === 'string' ? cutText(value, LIMITS.textLength) : value;
      kept++;
    }
  }
  if (dropped > 0) onDropped(dropped);
  return clean;
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

/** Cuts between characters, never inside one. */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
