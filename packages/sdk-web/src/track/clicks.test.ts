// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { type ClicksOptions, clicks } from './clicks.js';

/** Clicks what matches `#x` in a page of this content, and gives the targets that were told. */
function targets(html: string, options?: ClicksOptions): readonly string[] {
  document.body.innerHTML = html;
  const { events, dropped, stop } = startFeature(clicks(options));
  click(document.querySelector('#x'));
  stop();
  expect(dropped).toEqual({});
  return events.map((event) => (event.type === 'click' ? event.target : event.type));
}

function click(element: Element | null | undefined): void {
  element?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
}

describe('clicks', () => {
  it.each([
    ['a link', '<a id="x" href="/p">Read  on\n</a>', 'a#x Read on'],
    ['what is inside a link', '<a class="card" href="/p"><b id="x">Fund</b> 7</a>', 'a.card Fund 7'],
    ['a button, by two classes', '<button id="x" class="a b c">Go</button>', 'button#x.a.b Go'],
    ['an element in the role of one', '<div role="button"><i id="x"></i>Go</div>', 'div[role=button] Go'],
    ['an input that is one', '<input id="x" type="submit" value="Pay">', 'input#x'],
    ['an SVG link', '<svg><a href="/p" class="logo"><path id="x"></path></a></svg>', 'a.logo'],
  ])('tells of %s', (_, html, target) => {
    expect(targets(html)).toEqual([target]);
  });

  it.each([
    ['<p id="x">text</p>'],
    ['<input id="x" type="text">'],
    ['<a id="x">no link</a>'],
    ['<div data-tidemark="off"><button id="x" data-tidemark="pay">Pay</button></div>'],
    ['<button data-tidemark="off"><i id="x"></i></button>'],
  ])('tells nothing of %s', (html) => {
    expect(targets(html)).toEqual([]);
  });

  it('takes the name that the attribute gives, from the nearest thing that can be clicked', () => {
    expect(targets('<p id="x" data-tidemark="terms">text 12345</p>')).toEqual(['terms']);
    expect(targets('<button data-tidemark="pay"><i id="x"></i>Pay</button>')).toEqual(['pay']);
    expect(targets('<div data-tidemark="card"><button id="x">Buy</button></div>')).toEqual(['button#x Buy']);
    expect(targets('<p id="x" class="note" data-tidemark>text</p>')).toEqual(['p#x.note']);
  });

  it('watches what the options say', () => {
    expect(targets('<button id="x">Go</button>', { selector: 'p' })).toEqual([]);
    expect(targets('<p id="x">text</p>', { selector: 'p' })).toEqual(['p#x']);
    expect(targets('<p id="x" data-name="terms">text</p>', { attribute: 'data-name' })).toEqual(['terms']);
    expect(targets('<p data-name="off"><a href="/" id="x">a</a></p>', { attribute: 'data-name' })).toEqual([]);
  });

  it.each([
    ['Call 13800138000', 'Call *'],
    ['Card 6222 0212-3456.7890', 'Card *'],
    ['Pay 1,234.50 now', 'Pay * now'],
    ['Write to ann.b@mail.example!', 'Write to *'],
    ['联系张三@例子.中国', '*'],
    ['号码１３８００１３８０００', '号码*'],
    ['Top 100 of 2 x 12', 'Top 100 of 2 x 12'],
  ])('masks %j as %j', (text, expected) => {
    expect(targets(`<button class="b"><i id="x"></i>${text}</button>`)).toEqual([`button.b ${expected}`]);
  });

  it('masks ids and classes too', () => {
    expect(targets('<p id="y"><a href="/" class="user-20250401"><i id="x"></i></a></p>')).toEqual(['a.user-*']);
  });

  it('cuts the text at forty characters after masking it, and never inside a character', () => {
    const [target] = targets(`<button><i id="x"></i>${'😀'.repeat(39)}12345678 and more</button>`);
    expect(target).toBe(`button ${'😀'.repeat(39)}*`);
  });

  it('never says what a person wrote', () => {
    const secret = 'secret';
    const inside = `<i id="x"></i><textarea>${secret}</textarea><select><option>${secret}</option></select>`;
    expect(targets(`<a href="/">${inside}<b contenteditable>${secret}</b><s hidden>${secret}</s>ok</a>`)).toEqual([
      'a ok',
    ]);
    expect(targets(`<div contenteditable="true"><a href="/"><i id="x"></i>${secret}</a></div>`)).toEqual(['a']);
    expect(targets(`<input id="x" type="button" value="${secret}">`)).toEqual(['input#x']);
  });

  it('sees through open shadow trees', () => {
    document.body.innerHTML = '<div id="host"></div>';
    const root = document.querySelector('#host')?.attachShadow({ mode: 'open' });
    if (root) root.innerHTML = '<button class="inner"><b>Go</b></button>';
    const { events, stop } = startFeature(clicks());
    onTestFinished(stop);
    click(root?.querySelector('b'));
    expect(events).toEqual([{ type: 'click', target: 'button.inner Go' }]);
  });

  it('is no trap for a form with inputs named after its properties', () => {
    expect(
      targets('<form data-tidemark class="f"><input name="id"><input name="localName"><i id="x"></i></form>'),
    ).toEqual(['form.f']);
  });

  it('counts an error of its own and lets none into the page', () => {
    const { dropped, stop } = startFeature(clicks({ selector: '[[' }));
    onTestFinished(stop);
    const onError = vi.fn();
    window.addEventListener('error', onError);
    click(document.body);
    expect(onError).not.toHaveBeenCalled();
    expect(dropped).toEqual({ internal_error: 1 });
  });

  it('hears nothing after the stop', () => {
    document.body.innerHTML = '<button id="x">Go</button>';
    const { events, stop } = startFeature(clicks());
    stop();
    click(document.querySelector('#x'));
    expect(events).toEqual([]);
  });
});
