import { describeElement } from './describe-element.js';
import { ATTRIBUTE, elementPath } from './element-path.js';
import type { Feature } from './feature.js';
import { hear } from './guarded.js';

export interface ClicksOptions {
  /** What is told of beside elements that carry the attribute. Default: links, buttons, and inputs that are buttons. */
  readonly selector?: string;
  /** Its value names a target; `off` switches clicks off inside the element. Default `data-tidemark`. */
  readonly attribute?: string;
}

const CLICKABLE =
  'a[href],area[href],button,summary,[role=button],[type=button],[type=submit],[type=reset],[type=image]';

/** A `click` for each click on something made to be clicked, by pointer or keyboard. Never what an input holds. */
export function clicks({ selector = CLICKABLE, attribute = ATTRIBUTE }: ClicksOptions = {}): Feature {
  return (host) =>
    hear(host, document, ['click'], (event) => {
      const path = elementPath(event, attribute);
      const index = path.findIndex((element) => element.hasAttribute(attribute) || element.matches(selector));
      if (index < 0) return;
      const target = path[index]?.getAttribute(attribute) || describeElement(path.slice(index));
      host.emit({ type: 'click', target });
    });
}
