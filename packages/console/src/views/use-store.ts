import { useEffect, useState } from 'preact/hooks';
import type { Store } from '../state/store.js';

/** The store's value, and a new drawing whenever it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState<T>(store.get());
  useEffect(() => {
    const follow = () => redraw(() => store.get());
    follow(); // it may have changed between the drawing and the listening
    return store.listen(follow);
  }, [store]);
  return store.get();
}
