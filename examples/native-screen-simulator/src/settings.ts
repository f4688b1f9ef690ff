import { CONTAINERS, type ContainerName } from './containers/containers.js';

/** What the panel switches. */
export interface Settings {
  readonly container: ContainerName;
  /** The container's object is put into the page some seconds after its start. */
  readonly late: boolean;
  /** The shell hears the page and does not answer any more. */
  readonly dead: boolean;
  readonly slow: boolean;
  readonly drops: boolean;
  readonly duplicates: boolean;
  /** How far the shell's wall clock is ahead of the page's. */
  readonly clockMinutes: number;
}

export type SwitchName = { [K in keyof Settings]: Settings[K] extends boolean ? K : never }[keyof Settings];

const SWITCHES = ['late', 'dead', 'slow', 'drops', 'duplicates'] as const satisfies readonly SwitchName[];
export const CLOCK_MINUTES_MAX = 60;

export interface SettingsStore {
  read(): Settings;
  change(changed: Partial<Settings>): void;
  onChange(listener: (now: Settings, before: Settings) => void): void;
}

/** Kept in the page's address, so that what is shown can be linked to: `?container=ios_reply&slow&clock=-10`. */
export function createSettings(query: string, writeQuery: (query: string) => void): SettingsStore {
  const listeners: ((now: Settings, before: Settings) => void)[] = [];
  let settings = parseSettings(new URLSearchParams(query));
  return {
    read: () => settings,
    change(changed) {
      const before = settings;
      settings = { ...settings, ...changed };
      writeQuery(formatSettings(settings, new URLSearchParams(query)));
      for (const listener of listeners) listener(settings, before);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

export function parseSettings(query: URLSearchParams): Settings {
  const isOn = (name: SwitchName) => query.has(name);
  const minutes = Math.trunc(Number(query.get('clock')));
  return {
    container: containerOf(query.get('container')),
    late: isOn('late'),
    dead: isOn('dead'),
    slow: isOn('slow'),
    drops: isOn('drops'),
    duplicates: isOn('duplicates'),
    clockMinutes: Math.abs(minutes) <= CLOCK_MINUTES_MAX ? minutes : 0,
  };
}

/** @param others - parameters that are somebody else's stay. */
export function formatSettings(settings: Settings, others: URLSearchParams): string {
  const query = new URLSearchParams(others);
  for (const name of SWITCHES) {
    if (settings[name]) query.set(name, '');
    else query.delete(name);
  }
  query.set('container', settings.container);
  query.delete('clock');
  if (settings.clockMinutes !== 0) query.set('clock', String(settings.clockMinutes));
  return query.toString().replace(/=(?=&|$)/g, '');
}

export function containerOf(name: string | null): ContainerName {
  const names = Object.keys(CONTAINERS) as ContainerName[]; // its own keys
  return names.find((each) => each === name) ?? 'android_interface';
}
