export interface KeyFragment {
  /** The key in the fragment; undefined when there is none. */
  readonly key: string | undefined;
  /** The fragment without it, empty or beginning with `#`. */
  readonly rest: string;
}

/** Finds `key=` in the fragment of an address. A fragment is never sent to a server, so a key in it stays in the browser. */
export function splitKeyFragment(hash: string): KeyFragment {
  const parts = hash.replace(/^#/, '').split('&').filter(Boolean);
  const found = parts.find((part) => part.startsWith('key='));
  const rest = parts.filter((part) => part !== found).join('&');
  return {
    key: found === undefined ? undefined : decode(found.slice('key='.length)),
    rest: rest === '' ? '' : `#${rest}`,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % is not ours to repair: the key check will say that it is no key
  }
}
