/** A tree as it is stored: nodes in an array, children by their index, the root first. */
export type TreeNode = Leaf | ThresholdSplit | SetSplit;

export interface Leaf {
  /** What it adds to the log-odds. */
  readonly value: number;
  /** Training rows in it. */
  readonly rows: number;
}

/** Codes up to `upTo` go left; code 0, "missing", goes where `missingLeft` says. */
export interface ThresholdSplit {
  readonly feature: number;
  readonly upTo: number;
  readonly missingLeft: boolean;
  readonly left: number;
  readonly right: number;
}

/** These codes go left, all others right. */
export interface SetSplit {
  readonly feature: number;
  readonly codes: readonly number[];
  readonly left: number;
  readonly right: number;
}

/** Many trees in flat arrays, quick to walk. */
export interface Forest {
  /** Index of each tree's root. */
  readonly roots: Int32Array;
  /** The feature asked for in each node, -1 in a leaf. */
  readonly feature: Int16Array;
  /** 256 bits for each node: set for the codes that go left. */
  readonly goesLeft: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** In a leaf what it adds, elsewhere the mean of that over the training rows below. */
  readonly value: Float64Array;
}

const WORDS = 8;

export function compileForest(trees: readonly (readonly TreeNode[])[]): Forest {
  const count = trees.reduce((sum, nodes) => sum + nodes.length, 0);
  const forest: Forest = {
    roots: new Int32Array(trees.length),
    feature: new Int16Array(count).fill(-1),
    goesLeft: new Int32Array(count * WORDS),
    left: new Int32Array(count),
    right: new Int32Array(count),
    value: new Float64Array(count),
  };
  let base = 0;
  for (const [tree, nodes] of trees.entries()) {
    forest.roots[tree] = base;
    for (const [at, node] of nodes.entries()) writeNode(forest, base, base + at, node);
    writeMeans(forest, base, nodes);
    base += nodes.length;
  }
  return forest;
}

function writeNode(forest: Forest, base: number, at: number, node: TreeNode): void {
  if ('value' in node) {
    forest.value[at] = node.value;
    return;
  }
  forest.feature[at] = node.feature;
  forest.left[at] = base + node.left;
  forest.right[at] = base + node.right;
  for (const code of leftCodes(node)) {
    const word = at * WORDS + (code >> 5);
    forest.goesLeft[word] = (forest.goesLeft[word] as number) | (1 << (code & 31)); // there are eight for each node
  }
}

/** Children lie behind their parent, so that one pass from the end sees them first. */
function writeMeans(forest: Forest, base: number, nodes: readonly TreeNode[]): void {
  const rows = new Float64Array(nodes.length);
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    const node = nodes[at] as TreeNode; // in range, as its children are
    if ('value' in node) {
      rows[at] = node.rows;
      continue;
    }
    const [left, right] = [rows[node.left] as number, rows[node.right] as number];
    const sum = left * (forest.value[base + node.left] as number) + right * (forest.value[base + node.right] as number);
    rows[at] = left + right;
    forest.value[base + at] = sum / Math.max(1, left + right);
  }
}

/** The codes of a split that go left. */
export function leftCodes(node: ThresholdSplit | SetSplit): readonly number[] {
  if ('codes' in node) return node.codes;
  const codes = Array.from({ length: node.upTo }, (_, at) => at + 1);
  return node.missingLeft ? [0, ...codes] : codes;
}

/**
 * What one tree adds for one row.
 *
 * @param codes - shape [features][rows].
 */
export function treeValue(forest: Forest, tree: number, codes: readonly Uint8Array[], row: number): number {
  const { feature, goesLeft, left, right, value } = forest;
  // Children and codes are in range: the trees were grown on these features.
  let at = forest.roots[tree] as number;
  for (;;) {
    const asked = feature[at] as number;
    if (asked < 0) return value[at] as number;
    const code = (codes[asked] as Uint8Array)[row] as number;
    const isLeft = ((goesLeft[at * WORDS + (code >> 5)] as number) >>> (code & 31)) & 1;
    at = (isLeft ? left[at] : right[at]) as number;
  }
}

/** What all trees from `first` up to `end` add for one row whose codes lie together, shape [features]. */
export function forestValue(forest: Forest, first: number, end: number, codes: Uint8Array): number {
  const { roots, feature, goesLeft, left, right, value } = forest;
  let sum = 0;
  for (let tree = first; tree < end; tree += 1) {
    let at = roots[tree] as number; // in range, as above
    let asked = feature[at] as number;
    while (asked >= 0) {
      const code = codes[asked] as number;
      const isLeft = ((goesLeft[at * WORDS + (code >> 5)] as number) >>> (code & 31)) & 1;
      at = (isLeft ? left[at] : right[at]) as number;
      asked = feature[at] as number;
    }
    sum += value[at] as number;
  }
  return sum;
}
