import { androidInterface, androidListener } from './android.js';
import { capacitor } from './capacitor.js';
import type { Container } from './container.js';
import { flutterChannel, flutterInApp } from './flutter.js';
import { frameContainer } from './frame.js';
import { harmony } from './harmony.js';
import { iosPlain, iosReply } from './ios.js';
import { miniProgram } from './mini-program.js';
import { reactNative } from './react-native.js';

/** All that can be played, under the names that the address of this page uses. */
export const CONTAINERS = {
  android_interface: androidInterface,
  android_listener: androidListener,
  ios_reply: iosReply,
  ios: iosPlain,
  react_native: reactNative,
  flutter_channel: flutterChannel,
  flutter_inappwebview: flutterInApp,
  harmony,
  capacitor,
  frame: frameContainer,
  mini_program: miniProgram,
} as const satisfies Readonly<Record<string, Container>>;

export type ContainerName = keyof typeof CONTAINERS;
