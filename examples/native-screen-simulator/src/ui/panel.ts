import type { Host } from '@tidemark/sdk-hybrid-bridge/native';
import { CONTAINERS, type ContainerName } from '../containers/containers.js';
import { h } from '../dom.js';
import type { Journey } from '../journey.js';
import { CLOCK_MINUTES_MAX, containerOf, type SettingsStore, type SwitchName } from '../settings.js';
import { createFigures } from './figures.js';
import { createJourneyList } from './journey-list.js';
import { switchField } from './switch-field.js';

const FAULTS: readonly { readonly name: SwitchName; readonly label: string; readonly note: string }[] = [
  { name: 'late', label: 'Bridge late', note: 'The object comes 3 s after the page. Pages are made anew.' },
  { name: 'dead', label: 'Bridge dies', note: 'The app hears the page and stops answering.' },
  { name: 'slow', label: 'Slow', note: 'Each message takes 400 ms.' },
  { name: 'drops', label: 'Drops messages', note: 'One in five is lost, either way.' },
  { name: 'duplicates', label: 'Duplicates messages', note: 'Each comes twice.' },
];

/** Beside the phone: what kind of app this is, what goes wrong in it, and what came of it. */
export function createPanel(settings: SettingsStore, host: Host, journey: Journey): HTMLElement {
  return h(
    'aside',
    { class: 'panel', id: 'panel', 'aria-label': 'Switches and journey' },
    h(
      'header',
      { class: 'panel-head' },
      h('h1', {}, 'An app around the fund shop'),
      h(
        'p',
        { class: 'soft' },
        'The app owns visitor, session and queue. The shop in its WebView hands over what happens there.',
      ),
    ),
    h(
      'div',
      { class: 'controls' },
      h('section', { class: 'panel-part', 'aria-label': 'Container' }, ...containerField(settings)),
      h(
        'section',
        { class: 'panel-part', 'aria-label': 'Faults' },
        h('h2', {}, 'What goes wrong'),
        h(
          'div',
          { class: 'switches' },
          ...FAULTS.map((fault) =>
            switchField({
              ...fault,
              isOn: settings.read()[fault.name],
              onChange: (isOn) => settings.change({ [fault.name]: isOn }),
            }),
          ),
          clockField(settings),
        ),
      ),
      createFigures(host, journey),
    ),
    createJourneyList(journey),
  );
}

function containerField(settings: SettingsStore): readonly HTMLElement[] {
  const names = Object.keys(CONTAINERS) as ContainerName[]; // its own keys
  const note = h('p', { class: 'caption', id: 'container-note' });
  const select = h(
    'select',
    { id: 'container', class: 'select', 'aria-describedby': 'container-note', 'data-test': 'container' },
    ...names.map((name) =>
      h('option', { value: name, selected: name === settings.read().container }, CONTAINERS[name].label),
    ),
  );
  function explain(): void {
    note.textContent = CONTAINERS[settings.read().container].note;
  }
  select.addEventListener('change', () => {
    settings.change({ container: containerOf(select.value) });
    explain();
  });
  explain();
  return [h('h2', {}, h('label', { for: 'container' }, 'The page lies in')), select, note];
}

function clockField(settings: SettingsStore): HTMLElement {
  const input = h('input', {
    type: 'number',
    id: 'clock',
    class: 'number',
    min: -CLOCK_MINUTES_MAX,
    max: CLOCK_MINUTES_MAX,
    step: 1,
    value: settings.read().clockMinutes,
    'aria-describedby': 'clock-note',
    'data-test': 'clock',
  });
  input.addEventListener('change', () => {
    const minutes = Math.max(-CLOCK_MINUTES_MAX, Math.min(CLOCK_MINUTES_MAX, Math.trunc(Number(input.value))));
    input.value = String(minutes);
    settings.change({ clockMinutes: minutes });
  });
  return h(
    'div',
    { class: 'switch' },
    h(
      'span',
      { class: 'switch-text' },
      h('label', { for: 'clock' }, 'The app’s clock, minutes'),
      h('span', { class: 'caption', id: 'clock-note' }, 'Ahead of the page’s, or behind it. The order stays.'),
    ),
    input,
  );
}
