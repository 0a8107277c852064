import { extname } from 'node:path';
import type { Node } from '@babel/types';
import { PackagingError } from './packaging-error.ts';

/** An import as it stands in a source file. */
export interface FoundImport {
  /** What is imported; undefined where it is computed at run time. */
  readonly specifier: string | undefined;
  /** The import as written, for messages. */
  readonly written: string;
  /** What a computed specifier surely begins with; may be empty. */
  readonly prefix: string;
  /** Counts from 1. */
  readonly line: number;
  /** Whether CommonJS rules find the file (extensions and index files are tried). */
  readonly isRequire: boolean;
  /** The `type` of its import attributes ("json"). */
  readonly attribute: string | undefined;
}

/** What a source file imports at run time; imports of types only are left out, as Node leaves them out. */
export interface ScannedSource {
  /** In the order of the source. */
  readonly imports: readonly FoundImport[];
  /** Whether it has the syntax of an ES module. */
  readonly isModule: boolean;
  /** Whether it has TypeScript that is more than types, which Node does not run. */
  readonly needsTransform: boolean;
}

/** Reads TypeScript or JavaScript. Throws a {@link PackagingError} that names file and line where it does not parse. */
export async function scanImports(file: string, source: string): Promise<ScannedSource> {
  const { parse } = await import('@babel/parser');
  const extension = extname(file);
  try {
    const { program } = parse(source, {
      sourceType: extension.startsWith('.m') ? 'module' : 'unambiguous',
      allowReturnOutsideFunction: !extension.startsWith('.m'),
      // Decorators of parameters are parsed by the older of the two plugins alone.
      plugins: extension.endsWith('ts') ? ['typescript', 'decorators-legacy'] : ['decorators-legacy'],
    });
    const imports: FoundImport[] = [];
    let needsTransform = false;
    for (const node of everyNode(program)) {
      needsTransform ||= isMoreThanTypes(node);
      const found = importOf(node, source);
      if (found) imports.push(found);
    }
    return { imports, isModule: program.sourceType === 'module', needsTransform };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const line = (cause as { loc?: { line: number } }).loc?.line ?? 1;
    throw new PackagingError(`${file}:${line}: ${cause.message}`, { cause });
  }
}

// An explicit stack: generated code nests deeper than the call stack allows.
function* everyNode(root: Node): Generator<Node> {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) for (let i = value.length - 1; i >= 0; i--) stack.push(value[i]);
    else if (isNode(value)) {
      yield value;
      for (const child of Object.values(value).reverse()) if (typeof child === 'object') stack.push(child);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function isMoreThanTypes(node: Node): boolean {
  switch (node.type) {
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
      return node.declare !== true;
    case 'TSImportEqualsDeclaration':
    case 'TSExportAssignment':
    case 'TSParameterProperty':
    case 'TSTypeAssertion':
    case 'Decorator':
      return true;
    default:
      return false;
  }
}

function importOf(node: Node, source: string): FoundImport | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      if (node.importKind === 'type' || node.importKind === 'typeof') return undefined;
      return found(node.source, source, { attribute: attributeType(node.attributes) });
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (!node.source || node.exportKind === 'type') return undefined;
      return found(node.source, source, { attribute: attributeType(node.attributes) });
    case 'ImportExpression':
      return found(node.source, source, { attribute: attributeOption(node.options) });
    case 'CallExpression': {
      const [argument] = node.arguments;
      return argument && isRequire(node.callee) ? found(argument, source, { isRequire: true }) : undefined;
    }
    case 'TSExternalModuleReference':
      return found(node.expression, source, { isRequire: true });
    default:
      return undefined;
  }
}

function isRequire(callee: Node): boolean {
  if (callee.type === 'Identifier') return callee.name === 'require';
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'require' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'resolve'
  );
}

function found(
  specifier: Node,
  source: string,
  options: { isRequire?: boolean; attribute?: string | undefined },
): FoundImport {
  const { text, whole } = leadingText(specifier);
  return {
    specifier: whole ? text : undefined,
    written: source.slice(specifier.start ?? 0, specifier.end ?? 0),
    prefix: text,
    line: specifier.loc?.start.line ?? 1,
    isRequire: options.isRequire ?? false,
    attribute: options.attribute,
  };
}

// The text that an expression begins with, and whether that is all of it.
function leadingText(node: Node): { text: string; whole: boolean } {
  if (node.type === 'StringLiteral') return { text: node.value, whole: true };
  if (node.type === 'TemplateLiteral')
    return { text: node.quasis[0]?.value.cooked ?? '', whole: node.expressions.length === 0 };
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const left = leadingText(node.left);
    if (!left.whole) return left;
    const right = leadingText(node.right);
    return { text: left.text + right.text, whole: right.whole };
  }
  return { text: '', whole: false };
}

function attributeType(attributes: readonly Node[] | null | undefined): string | undefined {
  for (const attribute of attributes ?? []) {
    if (attribute.type !== 'ImportAttribute' || attribute.value.type !== 'StringLiteral') continue;
    const key = attribute.key.type === 'Identifier' ? attribute.key.name : attribute.key.value;
    if (key === 'type') return attribute.value.value;
  }
  return undefined;
}

// `import(x, { with: { type: 'json' } })`
function attributeOption(options: Node | null | undefined): string | undefined {
  const attributes = propertyOf(options, 'with');
  const type = propertyOf(attributes, 'type');
  return type?.type === 'StringLiteral' ? type.value : undefined;
}

function propertyOf(node: Node | null | undefined, name: string): Node | undefined {
  if (node?.type !== 'ObjectExpression') return undefined;
  for (const property of node.properties) {
    if (property.type === 'ObjectProperty' && property.key.type === 'Identifier' && property.key.name === name)
      return property.value;
  }
  return undefined;
}
