import { elementPath } from './element-path.js';
import type { Feature } from './feature.js';
import { hear } from './guarded.js';
import { plainUrl } from './plain-url.js';

export interface LinksOptions {
  /** Endings of paths that are files, in lower case and without the dot. */
  readonly downloads?: readonly string[];
}

const DOWNLOADS = 'pdf doc docx xls xlsx ppt pptx csv zip rar 7z apk dmg exe'.split(' ');
const MIDDLE_BUTTON = 1;

/**
 * An `outbound_link` for each link followed to another origin, a `download` for each to a file; a file elsewhere is a
 * download. A click that the page itself took over is none.
 */
export function links({ downloads = DOWNLOADS }: LinksOptions = {}): Feature {
  return (host) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A click by the keyboard is a click; one by another button than the first is an auxclick.
    const unhear = hear(host, document, ['click', 'auxclick'], (event) => {
      if ((event as MouseEvent).button > MIDDLE_BUTTON) return;
      const link = elementPath(event).find((element) => element.matches('a[href],area[href]'));
      const address = plainUrl(link?.getAttribute('href') ?? '');
      if (!link || !address) return;
      const { url, plain } = address;
      const isDownload = link.hasAttribute('download') || downloads.includes(ending(url.pathname));
      if (url.protocol === 'javascript:' || (!isDownload && url.origin === location.origin)) return;
      // A task later the page has had its say; the browser takes longer than that to leave.
      timer = setTimeout(() => {
        if (!event.defaultPrevented) host.emit({ type: isDownload ? 'download' : 'outbound_link', url: plain });
      });
    });

    return () => {
      unhear();
      clearTimeout(timer);
    };
  };
}

function ending(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).toLowerCase();
}
