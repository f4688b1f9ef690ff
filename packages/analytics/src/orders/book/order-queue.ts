import type { ComparePriority } from './priority.js';
import type { QueuedOrder } from './queued-order.js';

/** One side of a book, in order of priority; every operation O(log n), `unitsAhead` too. */
export interface OrderQueue {
  readonly size: number;
  /** Unmatched in all, ten-thousandths of a share. */
  readonly units: number;
  /**
   * @param queued - one that was in no queue before.
   * @returns what is served before it, ten-thousandths of a share.
   */
  add(queued: QueuedOrder): number;
  head(): QueuedOrder | undefined;
  /** Takes so much of the head, at most all of it; an order that is used up leaves. */
  takeFromHead(units: number): void;
  /** @param queued - one that is in the queue. */
  remove(queued: QueuedOrder): void;
  /** What is served before one that is in the queue. */
  unitsAhead(queued: QueuedOrder): number;
}

type Tree = QueuedOrder | undefined;

/**
 * A treap whose nodes know the units below them.
 *
 * @param compare - a total order; no two orders are equal by it, and it does not change while they lie here.
 * @see C. R. Aragon, R. Seidel, "Randomized search trees", Algorithmica 16, 1996.
 */
export function createOrderQueue(compare: ComparePriority): OrderQueue {
  let root: Tree;
  let size = 0;
  /** Counted on the way to where an order is put in. */
  let ahead = 0;

  function insert(tree: Tree, queued: QueuedOrder): QueuedOrder {
    if (!tree) return queued;
    if (queued.weight > tree.weight) {
      [queued.left, queued.right] = split(tree, queued);
      return summed(queued);
    }
    if (compare(queued, tree) < 0) {
      tree.left = insert(tree.left, queued);
    } else {
      ahead += tree.units + (tree.left?.sum ?? 0);
      tree.right = insert(tree.right, queued);
    }
    tree.sum += queued.units;
    return tree;
  }

  /** Cuts a tree in two: what is served before, and after. */
  function split(tree: Tree, queued: QueuedOrder): [Tree, Tree] {
    if (!tree) return [undefined, undefined];
    if (compare(tree, queued) < 0) {
      ahead += tree.units + (tree.left?.sum ?? 0);
      const [left, right] = split(tree.right, queued);
      tree.right = left;
      return [summed(tree), right];
    }
    const [left, right] = split(tree.left, queued);
    tree.left = right;
    return [left, summed(tree)];
  }

  function without(tree: Tree, queued: QueuedOrder): Tree {
    if (!tree) return undefined;
    if (tree === queued) return merge(tree.left, tree.right);
    tree.sum -= queued.units;
    if (compare(queued, tree) < 0) tree.left = without(tree.left, queued);
    else tree.right = without(tree.right, queued);
    return tree;
  }
  return {
    get size() {
      return size;
    },
    get units() {
      return root?.sum ?? 0;
    },
    add(queued) {
      ahead = 0;
      queued.sum = queued.units;
      root = insert(root, queued);
      size++;
      return ahead;
    },
    head() {
      let first = root;
      while (first?.left) first = first.left;
      return first;
    },
    takeFromHead(units) {
      let above: Tree;
      let head = root;
      for (; head?.left; head = head.left) {
        head.sum -= units;
        above = head;
      }
      if (!head) return;
      head.sum -= units;
      head.units -= units;
      if (head.units > 0) return;
      size--;
      if (above) above.left = head.right;
      else root = head.right;
    },
    remove(queued) {
      root = without(root, queued);
      size--;
    },
    unitsAhead(queued) {
      let before = 0;
      for (let tree = root; tree; ) {
        if (compare(tree, queued) < 0) {
          before += tree.units + (tree.left?.sum ?? 0);
          tree = tree.right;
        } else {
          tree = tree.left;
        }
      }
      return before;
    },
  };
}

/** All of `before` is served before all of `after`. */
function merge(before: Tree, after: Tree): Tree {
  if (!before) return after;
  if (!after) return before;
  if (before.weight > after.weight) {
    before.right = merge(before.right, after);
    return summed(before);
  }
  after.left = merge(before, after.left);
  return summed(after);
}

function summed(tree: QueuedOrder): QueuedOrder {
  tree.sum = tree.units + (tree.left?.sum ?? 0) + (tree.right?.sum ?? 0);
  return tree;
}
