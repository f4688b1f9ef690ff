import { spawnSync } from 'node:child_process';
import { FOLDS, type FoldFigures } from './cross-validate.js';
import { type DataSet, fileOf } from './data-sets.js';

/** Debian's own, for which its package is, then whatever calls itself python3 on the PATH. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
const NO_SKLEARN = 3;
const TIME_LIMIT_MS = 600_000;

/** Gradient boosting of 200 trees at 0.05, 15 leaves, at least 40 rows a leaf; the same folds and measures. */
const PROGRAM = `
import csv, json, sys
try:
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
except ImportError:
    sys.exit(${NO_SKLEARN})
plan = json.load(sys.stdin)
with open(plan['file'], newline='') as file:
    rows = list(csv.DictReader(file, delimiter=plan['separator']))
y = np.array([row[plan['target']] == plan['positive'] for row in rows], dtype=int)
names = [name for name in rows[0] if name != plan['target'] and name not in plan['drop']]
columns = []
for name in names:
    texts = [row[name] for row in rows]
    try:
        columns.append([float(text) if text else float('nan') for text in texts])
    except ValueError:
        codes = {text: code for code, text in enumerate(sorted(set(texts)))}
        columns.append([codes[text] for text in texts])
x = np.array(columns, dtype=float).T
fold = np.arange(len(y)) % plan['of']
sums = dict(auc=0.0, logLoss=0.0, brier=0.0, ece=0.0, lift10=0.0)
for k in range(plan['folds']):
    train, test = fold != k, fold == k
    model = HistGradientBoostingClassifier(learning_rate=0.05, max_iter=200, max_leaf_nodes=15, min_samples_leaf=40, random_state=7)
    p = model.fit(x[train], y[train]).predict_proba(x[test])[:, 1]
    t = y[test]
    order = np.argsort(p, kind='stable')
    bins = [order[len(order) * b // 10:len(order) * (b + 1) // 10] for b in range(10)]
    sums['auc'] += roc_auc_score(t, p)
    sums['logLoss'] += log_loss(t, p)
    sums['brier'] += brier_score_loss(t, p)
    sums['ece'] += sum(abs((p[b] - t[b]).sum()) for b in bins) / len(t)
    sums['lift10'] += t[order[len(order) - round(len(order) / 10):]].mean() / t.mean()
print(json.dumps({name: value / plan['folds'] for name, value in sums.items()}))
`;

/** What scikit-learn reaches on the same folds; null where no python3 has it. */
export function measureSklearn(set: DataSet, folds: number): FoldFigures | null {
  const { separator, target, positive, drop } = set;
  const plan = { file: fileOf(set), separator, target, positive, drop, folds, of: FOLDS };
  for (const python of PYTHONS) {
    const { status, stdout, error } = spawnSync(python, ['-c', PROGRAM], {
      encoding: 'utf8',
      input: JSON.stringify(plan),
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: TIME_LIMIT_MS,
    });
    if (status === NO_SKLEARN || (error && 'code' in error && error.code === 'ENOENT')) continue;
    if (status !== 0) throw new Error(`the reference of scikit-learn failed with ${python}`);
    return JSON.parse(stdout) as FoldFigures; // the program prints exactly this
  }
  return null;
}
