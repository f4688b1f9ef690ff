import { ATTRIBUTE, elementPath } from './element-path.js';
import type { Feature } from './feature.js';
import { hear } from './guarded.js';
import { plainUrl } from './plain-url.js';

/**
 * A `form_start` at the first input into each form, once a view; the focus alone is none. Inputs without a form count
 * for the nearest element with `data-tidemark`. Never what was put in.
 */
export function formStarts(): Feature {
  return (host) => {
    let started = new WeakSet<Element>();

    host.onView(() => {
      started = new WeakSet();
    });
    return hear(host, document, ['input', 'change'], (event) => {
      const path = elementPath(event);
      const control = path[0] as HTMLInputElement | undefined; // or anything else: then it has no `form`
      const form =
        path.find((element) => element.localName === 'form') ??
        (control?.form as Element | null | undefined) ??
        path.find((element) => element.getAttribute(ATTRIBUTE));
      if (!form || started.has(form)) return;
      started.add(form);
      host.emit({ type: 'form_start', form: nameOf(form) });
    });
  };
}

/** By attribute: `form.id` may be an input of this name. */
function nameOf(form: Element): string {
  const [given] = [ATTRIBUTE, 'id', 'name'].map((name) => form.getAttribute(name)).filter(Boolean);
  const action = form.getAttribute('action');
  return given || (action && plainUrl(action)?.plain.replace(/^https?:..[^/]+/, '')) || 'form';
}
