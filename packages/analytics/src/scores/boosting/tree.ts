/** A tree as it is stored: nodes in an array, the root first; of two children the left one is named, the right one follows. */
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
}

/** These codes go left, all others right. */
export interface SetSplit {
  readonly feature: number;
  readonly codes: readonly number[];
  readonly left: number;
}

/** Many trees in flat arrays, small enough to stay in a processor's cache. */
export interface Forest {
  /** Index of each tree's root. */
  readonly roots: Int32Array;
  /** For each node: the feature asked for (-1 in a leaf), the left child, and how it is told who goes there. */
  readonly nodes: Int32Array;
  /** In a leaf what it adds, elsewhere the mean of that over the training rows below. */
  readonly values: Float64Array;
  /** 256 bits for each set of codes. */
  readonly sets: Int32Array;
}

const NODE_WORDS = 3;
const SET_WORDS = 8;
/** Bit of the third word: "missing" goes left. The lowest byte is `upTo`; below zero it is a set, -1 the first. */
const MISSING_LEFT = 0x100;

export function compileForest(trees: readonly (readonly TreeNode[])[]): Forest {
  const count = trees.reduce((sum, nodes) => sum + nodes.length, 0);
  const setCount = trees.reduce((sum, nodes) => sum + nodes.filter((node) => 'codes' in node).length, 0);
  const forest: Forest = {
    roots: new Int32Array(trees.length),
    nodes: new Int32Array(count * NODE_WORDS),
    values: new Float64Array(count),
    sets: new Int32Array(setCount * SET_WORDS),
  };
  let base = 0;
  let sets = 0;
  for (const [tree, nodes] of trees.entries()) {
    forest.roots[tree] = base;
    for (const [at, node] of nodes.entries()) {
      if ('codes' in node) {
        writeSet(forest.sets, sets, node.codes);
        sets += 1;
      }
      writeNode(forest, base, base + at, node, -sets);
    }
    writeMeans(forest, base, nodes);
    base += nodes.length;
  }
  return forest;
}

function writeSet(sets: Int32Array, set: number, codes: readonly number[]): void {
  for (const code of codes) {
    const word = set * SET_WORDS + (code >> 5);
    sets[word] = (sets[word] as number) | (1 << (code & 31)); // there are eight words for each set
  }
}

function writeNode({ nodes, values }: Forest, base: number, at: number, node: TreeNode, set: number): void {
  const first = at * NODE_WORDS;
  if ('value' in node) {
    values[at] = node.value;
    nodes[first] = -1;
    return;
  }
  nodes[first] = node.feature;
  nodes[first + 1] = base + node.left;
  nodes[first + 2] = 'codes' in node ? set : node.upTo | (node.missingLeft ? MISSING_LEFT : 0);
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
    const [left, right] = [rows[node.left] as number, rows[node.left + 1] as number];
    const [ofLeft, ofRight] = [forest.values[base + node.left], forest.values[base + node.left + 1]];
    rows[at] = left + right;
    forest.values[base + at] = (left * (ofLeft as number) + right * (ofRight as number)) / Math.max(1, left + right);
  }
}

/** The codes of a split that go left. */
export function leftCodes(node: ThresholdSplit | SetSplit): readonly number[] {
  if ('codes' in node) return node.codes;
  const codes = Array.from({ length: node.upTo }, (_, at) => at + 1);
  return node.missingLeft ? [0, ...codes] : codes;
}

/** Whether a code goes left, by a node's third word. */
function goesLeft(rule: number, code: number, sets: Int32Array): boolean {
  if (rule >= 0) return code === 0 ? rule >= MISSING_LEFT : code <= (rule & 255);
  return (((sets[(-1 - rule) * SET_WORDS + (code >> 5)] as number) >>> (code & 31)) & 1) === 1; // a code is a byte
}

/**
 * What one tree adds for one row.
 *
 * @param codes - shape [features][rows].
 */
export function treeValue(
  { roots, nodes, values, sets }: Forest,
  tree: number,
  codes: readonly Uint8Array[],
  row: number,
): number {
  // Children and codes are in range: the trees were grown on these features.
  let at = roots[tree] as number;
  for (;;) {
    const asked = nodes[at * NODE_WORDS] as number;
    if (asked < 0) return values[at] as number;
    const code = (codes[asked] as Uint8Array)[row] as number;
    const left = nodes[at * NODE_WORDS + 1] as number;
    at = goesLeft(nodes[at * NODE_WORDS + 2] as number, code, sets) ? left : left + 1;
  }
}

/** What all trees from `first` up to `end` add for one row whose codes lie together, shape [features]. */
export function forestValue(
  { roots, nodes, values, sets }: Forest,
  first: number,
  end: number,
  codes: Uint8Array,
): number {
  let sum = 0;
  for (let tree = first; tree < end; tree += 1) {
    let at = roots[tree] as number; // in range, as above
    let asked = nodes[at * NODE_WORDS] as number;
    while (asked >= 0) {
      const left = nodes[at * NODE_WORDS + 1] as number;
      at = goesLeft(nodes[at * NODE_WORDS + 2] as number, codes[asked] as number, sets) ? left : left + 1;
      asked = nodes[at * NODE_WORDS] as number;
    }
    sum += values[at] as number;
  }
  return sum;
}

/**
 * Adds to each feature asked on the way down by how much the answer moved the mean.
 *
 * @param sums - shape [features].
 * @see A. Palczewska et al., "Interpreting random forest models using a feature contribution method", 2013.
 */
export function addPath(
  { roots, nodes, values, sets }: Forest,
  tree: number,
  codes: Uint8Array,
  sums: Float64Array,
): void {
  let at = roots[tree] as number; // in range, as above
  for (;;) {
    const asked = nodes[at * NODE_WORDS] as number;
    if (asked < 0) return;
    const left = nodes[at * NODE_WORDS + 1] as number;
    const next = goesLeft(nodes[at * NODE_WORDS + 2] as number, codes[asked] as number, sets) ? left : left + 1;
    sums[asked] = (sums[asked] as number) + (values[next] as number) - (values[at] as number);
    at = next;
  }
}
