// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFeature } from '../../../../test/fixtures/start-feature.js';
import { formStarts } from './form-starts.js';

function startFormStarts(html: string) {
  document.body.innerHTML = html;
  const started = startFeature(formStarts());
  onTestFinished(started.stop);
  const send = (type: string, selector: string) =>
    document.querySelector(selector)?.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  const forms = () => started.events.map((event) => (event.type === 'form_start' ? event.form : event.type));
  return { ...started, send, forms };
}

describe('formStarts', () => {
  it('tells of each form once a view, at its first input or change', () => {
    const { beginView, forms, send } = startFormStarts(
      '<form id="one"><input class="a"><select></select></form><form id="two"><input class="b"></form>',
    );
    send('focusin', '.a');
    expect(forms()).toEqual([]);
    send('input', '.a');
    send('change', 'select');
    send('change', '.b');
    expect(forms()).toEqual(['one', 'two']);
    beginView();
    send('input', '.a');
    expect(forms()).toEqual(['one', 'two', 'one']);
  });

  it.each([
    ['<form data-tidemark="kyc" id="f" name="n" action="/a"><input></form>', 'kyc'],
    ['<form id="f" name="n" action="/a"><input></form>', 'f'],
    ['<form name="n" action="/a"><input></form>', 'n'],
    ['<form action="/session/new?token=1#x"><input></form>', '/session/new'],
    ['<form action="https://u:p@pay.example/card?x=1"><input></form>', '/card'],
    ['<form action=""><input name="id"></form>', 'form'],
    ['<form action="http://[bad"><input name="name"></form>', 'form'],
    ['<form id="outer"></form><input form="outer">', 'outer'],
    ['<div data-tidemark="search"><p data-tidemark><input></p></div>', 'search'],
    ['<input data-tidemark="amount" value="100">', 'amount'],
  ])('names %s %j', (html, name) => {
    const { dropped, forms, send } = startFormStarts(html);
    send('input', 'input');
    expect(forms()).toEqual([name]);
    expect(dropped).toEqual({});
  });

  it.each([
    ['<input>'],
    ['<div contenteditable><input></div>'],
    ['<div data-tidemark="off"><form id="f"><input></form></div>'],
  ])('tells nothing of %s', (html) => {
    const { dropped, forms, send } = startFormStarts(html);
    send('input', 'input');
    expect(forms()).toEqual([]);
    expect(dropped).toEqual({});
  });

  it('hears nothing after the stop', () => {
    const { forms, send, stop } = startFormStarts('<form id="f"><input></form>');
    stop();
    send('input', 'input');
    expect(forms()).toEqual([]);
  });
});
