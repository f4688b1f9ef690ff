import { parseSync } from 'oxc-parser';

/** What the architecture rules want to know of one source file. */
export interface ModuleFacts {
  /** From the repository root, with forward slashes. */
  readonly path: string;
  readonly imports: readonly ImportFact[];
  /** Texts of all string literals and template parts. */
  readonly literals: readonly string[];
  /** The source with its comments blanked out. */
  readonly code: string;
  readonly hasDefaultExport: boolean;
  readonly hasExportAll: boolean;
}

export interface ImportFact {
  readonly specifier: string;
  /** `import type`, `export type ... from` or `import('x').Type`: nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

/** A node of the syntax tree, as far as this reader looks into it. */
type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** @throws {SyntaxError} when the source does not parse: a file that is skipped would pass every rule. */
export function readModule(path: string, source: string): ModuleFacts {
  const { program, comments, errors } = parseSync(path, source);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  const imports: ImportFact[] = [];
  const literals: string[] = [];
  let hasDefaultExport = false;
  let hasExportAll = false;

  // `import { type A }` is no type import here: with verbatimModuleSyntax it still loads the module.
  walk(program, (node) => {
    const specifier = stringOf(node.source ?? node.argument);
    switch (node.type) {
      case 'ImportDeclaration':
        imports.push({ specifier: specifier ?? '', typeOnly: node.importKind === 'type' });
        break;
      case 'ExportNamedDeclaration':
        if (specifier !== undefined) imports.push({ specifier, typeOnly: node.exportKind === 'type' });
        break;
      case 'ExportAllDeclaration':
        imports.push({ specifier: specifier ?? '', typeOnly: node.exportKind === 'type' });
        hasExportAll = true;
        break;
      case 'ImportExpression':
        imports.push({ specifier: specifier ?? '(computed)', typeOnly: false });
        break;
      case 'TSImportType':
        imports.push({ specifier: specifier ?? '(computed)', typeOnly: true });
        break;
      case 'ExportDefaultDeclaration':
        hasDefaultExport = true;
        break;
      case 'ExportSpecifier':
        if (isNode(node.exported) && node.exported.name === 'default') hasDefaultExport = true;
        break;
      case 'Literal':
        if (typeof node.value === 'string') literals.push(node.value);
        break;
      case 'TemplateElement':
        literals.push((node.value as { raw: string }).raw);
        break;
    }
  });
  return { path, imports, literals, code: blankOut(source, comments), hasDefaultExport, hasExportAll };
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isNode(value)) {
    visit(value);
    for (const child of Object.values(value)) walk(child, visit);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function stringOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (typeof value.value === 'string') return value.value;
  return stringOf(value.literal); // import('x') in a type wraps its literal
}

function blankOut(source: string, spans: readonly { readonly start: number; readonly end: number }[]): string {
  let code = '';
  let at = 0;
  for (const { start, end } of spans) {
    code += source.slice(at, start);
    at = end;
  }
  return code + source.slice(at);
}
