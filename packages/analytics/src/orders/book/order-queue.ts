import type { ComparePriority, QueuedOrder } from './priority.js';

/** One side of a book, in order of priority; every operation O(log n), `unitsAhead` too. */
export interface OrderQueue {
  readonly size: number;
  /** Unmatched in all, ten-thousandths of a share. */
  readonly units: number;
  add(queued: QueuedOrder): void;
  head(): QueuedOrder | undefined;
  /** Takes so much of the head, at most all of it; an order that is used up leaves. */
  takeFromHead(units: number): void;
  /** @param queued - one that is in the queue. */
  remove(queued: QueuedOrder): void;
  /** What is served before it, whether it is in the queue or is about to be. */
  unitsAhead(queued: QueuedOrder): number;
}

interface Node {
  readonly queued: QueuedOrder;
  /** Heap order of the treap; a parent has the higher one. */
  readonly weight: number;
  left: Node | undefined;
  right: Node | undefined;
  /** Units of the node and all below it. */
  sum: number;
}

/**
 * A treap whose nodes know the units below them.
 *
 * @param compare - a total order; no two orders are equal by it, and it does not change while they lie here.
 * @see C. R. Aragon, R. Seidel, "Randomized search trees", Algorithmica 16, 1996.
 */
export function createOrderQueue(compare: ComparePriority): OrderQueue {
  let root: Node | undefined;
  let size = 0;

  return {
    get size() {
      return size;
    },
    get units() {
      return root?.sum ?? 0;
    },
    add(queued) {
      root = insert(root, {
        queued,
        weight: weightOf(queued.arrival),
        left: undefined,
        right: undefined,
        sum: queued.units,
      });
      size++;
    },
    head() {
      let node = root;
      while (node?.left) node = node.left;
      return node?.queued;
    },
    takeFromHead(units) {
      let above: Node | undefined;
      let node = root;
      for (; node?.left; node = node.left) {
        node.sum -= units;
        above = node;
      }
      if (!node) return;
      node.sum -= units;
      node.queued.units -= units;
      if (node.queued.units > 0) return;
      size--;
      if (above) above.left = node.right;
      else root = node.right;
    },
    remove(queued) {
      root = without(root, queued);
      size--;
    },
    unitsAhead(queued) {
      let ahead = 0;
      for (let node = root; node; ) {
        if (compare(node.queued, queued) < 0) {
          ahead += node.queued.units + (node.left?.sum ?? 0);
          node = node.right;
        } else {
          node = node.left;
        }
      }
      return ahead;
    },
  };

  function insert(tree: Node | undefined, node: Node): Node {
    if (!tree) return node;
    if (node.weight > tree.weight) {
      [node.left, node.right] = split(tree, node.queued);
      return summed(node);
    }
    if (compare(node.queued, tree.queued) < 0) tree.left = insert(tree.left, node);
    else tree.right = insert(tree.right, node);
    tree.sum += node.queued.units;
    return tree;
  }

  /** Cuts a tree in two: what is served before, and after. */
  function split(tree: Node | undefined, queued: QueuedOrder): [Node | undefined, Node | undefined] {
    if (!tree) return [undefined, undefined];
    if (compare(tree.queued, queued) < 0) {
      const [left, right] = split(tree.right, queued);
      tree.right = left;
      return [summed(tree), right];
    }
    const [left, right] = split(tree.left, queued);
    tree.left = right;
    return [left, summed(tree)];
  }

  function without(tree: Node | undefined, queued: QueuedOrder): Node | undefined {
    if (!tree) return undefined;
    if (tree.queued === queued) return merge(tree.left, tree.right);
    tree.sum -= queued.units;
    if (compare(queued, tree.queued) < 0) tree.left = without(tree.left, queued);
    else tree.right = without(tree.right, queued);
    return tree;
  }
}

/** All of `before` is served before all of `after`. */
function merge(before: Node | undefined, after: Node | undefined): Node | undefined {
  if (!before) return after;
  if (!after) return before;
  if (before.weight > after.weight) {
    before.right = merge(before.right, after);
    return summed(before);
  }
  after.left = merge(before, after.left);
  return summed(after);
}

function summed(node: Node): Node {
  node.sum = node.queued.units + (node.left?.sum ?? 0) + (node.right?.sum ?? 0);
  return node;
}

/** Scatters arrivals as chance would, the same way each time: the finaliser of MurmurHash3 (A. Appleby, public domain). */
function weightOf(arrival: number): number {
  let bits = Math.imul(arrival ^ (arrival >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
