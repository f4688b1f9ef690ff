import type { Surface } from '@tidemark/protocol';

export function surfaceName(surface: Surface): string {
  return surface === 'h5' ? 'H5' : 'Native';
}
