// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { type LinksOptions, links } from './links.js';

function startLinks(options?: LinksOptions) {
  const started = startFeature(links(options));
  onTestFinished(started.stop);
  return started;
}

function follow(html: string, type = 'click', init: MouseEventInit = {}): void {
  document.body.innerHTML = html;
  const inner = document.body.querySelector('.x') ?? document.body.firstElementChild;
  inner?.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, cancelable: true, ...init }));
}

/** What happy-dom adds to the window. */
interface HappyWindow {
  readonly happyDOM: { readonly settings: { readonly navigation: Record<string, boolean> } };
}

describe('links', () => {
  beforeEach(() => {
    const { navigation } = (window as unknown as HappyWindow).happyDOM.settings;
    Object.assign(navigation, { disableMainFrameNavigation: true, disableFallbackToSetURL: true });
    vi.useFakeTimers();
    history.replaceState(null, '', '/here/page');
    onTestFinished(() => void vi.useRealTimers());
  });

  it.each([
    ['<a href="https://else.example/p/q?token=1#x"><i class="x"></i></a>', 'outbound_link', 'https://else.example/p/q'],
    ['<a href="https://ann:pw@else.example:8443/"></a>', 'outbound_link', 'https://else.example:8443/'],
    ['<a href="//else.example/p"></a>', 'outbound_link', 'http://else.example/p'],
    ['<map><area class="x" href="https://else.example/"></map>', 'outbound_link', 'https://else.example/'],
    [
      '<svg><a href="https://else.example/"><path class="x"></path></a></svg>',
      'outbound_link',
      'https://else.example/',
    ],
    ['<a href="mailto:ann@mail.example?subject=x"></a>', 'outbound_link', 'mailto:'],
    ['<a href="tel:+8613800138000"></a>', 'outbound_link', 'tel:'],
    ['<a href="https://else.example/terms.PDF?v=2"></a>', 'download', 'https://else.example/terms.PDF'],
    ['<a href="data:text/csv,name" download="x.csv"></a>', 'download', 'data:'],
  ])('tells of %s', (html, type, url) => {
    const { dropped, events } = startLinks();
    follow(html);
    vi.runAllTimers();
    expect(events).toEqual([{ type, url }]);
    expect(dropped).toEqual({});
  });

  it.each([
    ['<a href="/elsewhere"></a>'],
    ['<a href="#top"></a>'],
    ['<a href="javascript:void(0)"></a>'],
    ['<a href="http://[bad"></a>'],
    ['<a></a>'],
    ['<p><i></i></p>'],
    ['<a href="https://else.example/" data-tidemark="off"></a>'],
  ])('tells nothing of %s', (html) => {
    const { dropped, events } = startLinks();
    follow(html);
    vi.runAllTimers();
    expect(events).toEqual([]);
    expect(dropped).toEqual({});
  });

  it('takes a file of this origin for a download, by its ending or its attribute', () => {
    const { events } = startLinks();
    follow('<a href="../files/report.xlsx?x=1"></a>');
    vi.runAllTimers();
    follow('<a href="/report" download></a>');
    vi.runAllTimers();
    expect(events).toEqual([
      { type: 'download', url: `${location.origin}/files/report.xlsx` },
      { type: 'download', url: `${location.origin}/report` },
    ]);
  });

  it('knows other endings where it is given them', () => {
    const { events } = startLinks({ downloads: ['epub'] });
    follow('<a href="/a.pdf"></a>');
    vi.runAllTimers();
    follow('<a href="/a.epub"></a>');
    vi.runAllTimers();
    expect(events).toEqual([{ type: 'download', url: `${location.origin}/a.epub` }]);
  });

  it('counts the middle button and no other', () => {
    const { events } = startLinks();
    follow('<a href="https://else.example/"></a>', 'auxclick', { button: 1 });
    vi.runAllTimers();
    follow('<a href="https://else.example/"></a>', 'auxclick', { button: 2 });
    vi.runAllTimers();
    expect(events).toHaveLength(1);
  });

  it('leaves out a click that the page took over', () => {
    const { events } = startLinks();
    document.body.addEventListener('click', (event) => event.preventDefault(), { once: true });
    follow('<a href="https://else.example/"></a>');
    vi.runAllTimers();
    expect(events).toEqual([]);
  });

  it('says nothing after the stop, not even of the click before it', () => {
    const { events, stop } = startLinks();
    follow('<a href="https://else.example/"></a>');
    stop();
    follow('<a href="https://else.example/"></a>');
    vi.runAllTimers();
    expect(events).toEqual([]);
  });
});
