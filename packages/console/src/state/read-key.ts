import { KEY_PREFIXES, keyKind } from '@tidemark/protocol';

export type ReadKeyCheck =
  | { readonly kind: 'read_key'; readonly readKey: string }
  | { readonly kind: 'refused'; readonly message: string };

const NEEDED = `The console needs a read key, which begins with ${KEY_PREFIXES.read}.`;

/** Tells from its prefix whether a text can be the key this page needs; the sentence says which key is needed. */
export function checkReadKey(text: string): ReadKeyCheck {
  const readKey = text.trim();
  if (readKey === '') return refused(`Paste a read key; it begins with ${KEY_PREFIXES.read}.`);
  switch (keyKind(readKey)) {
    case 'read':
      if (!/^[\w-]+$/.test(readKey) || readKey === KEY_PREFIXES.read) {
        return refused('This key is not whole. Copy it again, from its prefix to its last character.');
      }
      return { kind: 'read_key', readKey };
    case 'write':
      return refused(`This is a write key, which can only send events. ${NEEDED}`);
    case 'secret':
      return refused(`This is a secret key, which belongs on a server and never in a browser. ${NEEDED}`);
    case undefined:
      return refused(`This is no key of Tidemark's. ${NEEDED}`);
  }
}

function refused(message: string): ReadKeyCheck {
  return { kind: 'refused', message };
}
