/** What comes first is at hand, whatever was put in when; O(log n) each way. */
export interface MinHeap<Item> {
  readonly size: number;
  push(item: Item): void;
  /** The first item; undefined when there is none. */
  peek(): Item | undefined;
  /** Takes the first item out. */
  pop(): Item | undefined;
}

/**
 * A binary heap.
 *
 * @param isBefore - a strict order; of two items that neither is before the other, any comes first.
 * @see J. W. J. Williams, "Algorithm 232: Heapsort", CACM 7(6), 1964.
 */
export function createMinHeap<Item>(isBefore: (a: Item, b: Item) => boolean): MinHeap<Item> {
  const items: Item[] = [];

  function siftDown(item: Item): void {
    let hole = 0;
    for (;;) {
      const left = 2 * hole + 1;
      let child = items[left];
      if (child === undefined) break;
      let at = left;
      const right = items[left + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        at = left + 1;
      }
      if (!isBefore(child, item)) break;
      items[hole] = child;
      hole = at;
    }
    items[hole] = item;
  }
  return {
    get size() {
      return items.length;
    },
    push(item) {
      let hole = items.length;
      while (hole > 0) {
        const above = (hole - 1) >> 1;
        const parent = items[above];
        if (parent === undefined || !isBefore(item, parent)) break;
        items[hole] = parent;
        hole = above;
      }
      items[hole] = item;
    },
    peek: () => items[0],
    pop() {
      const first = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) siftDown(last);
      return first;
    },
  };
}
