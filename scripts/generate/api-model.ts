/** Gets modules of TypeScript; gives what they export with its docstrings, as a reader of the package sees it. */
import { join } from 'node:path';
import ts from 'typescript';

/** What stands in a docstring. */
export interface Docs {
  readonly text: string;
  /** `@param`, `@throws`, `@returns`: name of the tag, and its text. */
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

export interface Member {
  readonly name: string;
  /** As it is written in TypeScript, on one line. */
  readonly signature: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly isMethod: boolean;
  readonly docs: Docs;
}

export interface Exported {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'constant' | 'type';
  readonly signature: string;
  /** Missing where there is none to be called. */
  readonly constructedBy: Member | undefined;
  readonly members: readonly Member[];
  readonly docs: Docs;
  /** What it has besides its own members. */
  readonly extended: readonly string[];
  /** Names of types in its signatures, own ones of the package among them. */
  readonly mentions: ReadonlySet<string>;
}

/** What the modules of `paths`, which are below `root`, export: a list for each. */
export function readExports(root: string, paths: readonly string[]): readonly (readonly Exported[])[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const files = paths.map((path) => join(root, path));
  const program = ts.createProgram({ rootNames: files, options: { ...options, noEmit: true } });
  const reader = new Reader(program.getTypeChecker());
  return paths.map((path) => {
    const source = program.getSourceFile(join(root, path));
    if (source === undefined) throw new Error(`${path} cannot be read`);
    return reader.exportsOf(source);
  });
}

const whole = ts.TypeFormatFlags.NoTruncation;

class Reader {
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  exportsOf(source: ts.SourceFile): readonly Exported[] {
    const module = this.#checker.getSymbolAtLocation(source);
    const found = module === undefined ? [] : this.#checker.getExportsOfModule(module);
    return found.map((symbol) => this.#exported(symbol.name, this.#resolved(symbol)));
  }

  /** What `export { A } from` stands for. */
  #resolved(symbol: ts.Symbol): ts.Symbol {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #exported(name: string, symbol: ts.Symbol): Exported {
    const declaration = declarationOf(name, symbol);
    const members = this.#membersOf(declaration);
    const constructedBy = members.find((member) => member.name === 'constructor');
    return {
      ...{ name, kind: kindOf(declaration), signature: this.#signatureOf(name, symbol, declaration) },
      ...{ constructedBy, members: members.filter((member) => member !== constructedBy) },
      docs: this.#docsOf(symbol, declaration),
      ...{ extended: extendedBy(declaration), mentions: mentionsOf(declaration) },
    };
  }

  #membersOf(declaration: ts.Declaration): readonly Member[] {
    if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) return [];
    return [...declaration.members].filter(isPublic).map((member) => this.#member(member));
  }

  #member(node: ts.ClassElement | ts.TypeElement): Member {
    const name = ts.isConstructorDeclaration(node) ? 'constructor' : (node.name?.getText() ?? '');
    const symbol = 'symbol' in node ? (node.symbol as ts.Symbol) : undefined;
    const type = this.#typeOf(node);
    const called =
      ts.isFunctionLike(node) && !ts.isAccessor(node) ? this.#checker.getSignatureFromDeclaration(node) : undefined;
    const isOptional = 'questionToken' in node && node.questionToken !== undefined;
    return {
      ...{ name, isOptional, isMethod: called !== undefined },
      type: isOptional ? type.replace(/ \| undefined$/, '') : type,
      signature: called === undefined ? `${name}: ${type}` : `${name}${this.#call(called, node)}`,
      docs: this.#docsOf(symbol, node),
    };
  }

  /** As it was written, for names say more than what they stand for. */
  #typeOf(node: ts.ClassElement | ts.TypeElement): string {
    const written = 'type' in node ? (node.type as ts.TypeNode | undefined) : undefined;
    if (written !== undefined) return oneLine(written.getText());
    return this.#checker.typeToString(this.#checker.getTypeAtLocation(node), node, whole);
  }

  #call(signature: ts.Signature, node: ts.Node): string {
    return this.#checker.signatureToString(signature, node, whole);
  }

  #signatureOf(name: string, symbol: ts.Symbol, declaration: ts.Declaration): string {
    if (ts.isTypeAliasDeclaration(declaration)) return oneLine(declaration.getText().replace(/^export /, ''));
    if (ts.isFunctionDeclaration(declaration)) {
      const called = this.#checker.getSignatureFromDeclaration(declaration);
      return called === undefined ? name : `function ${name}${this.#call(called, declaration)}`;
    }
    if (ts.isVariableDeclaration(declaration)) {
      return `declare const ${name}: ${this.#checker.typeToString(this.#checker.getTypeOfSymbol(symbol), declaration, whole)}`;
    }
    return name;
  }

  /** A constructor's symbol is none that a reader of docstrings knows. */
  #docsOf(symbol: ts.Symbol | undefined, node: ts.Node): Docs {
    if (ts.isConstructorDeclaration(node)) {
      const called = this.#checker.getSignatureFromDeclaration(node);
      return docsFrom(called?.getDocumentationComment(this.#checker), called?.getJsDocTags());
    }
    return docsFrom(symbol?.getDocumentationComment(this.#checker), symbol?.getJsDocTags(this.#checker));
  }
}

function docsFrom(comment: ts.SymbolDisplayPart[] | undefined, tags: readonly ts.JSDocTagInfo[] = []): Docs {
  return {
    text: ts.displayPartsToString(comment),
    tags: tags.map(({ name, text }) => ({ name, text: oneLine(ts.displayPartsToString(text)) })),
  };
}

function declarationOf(name: string, symbol: ts.Symbol): ts.Declaration {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined) throw new Error(`${name} is declared nowhere`);
  return declaration;
}

function kindOf(declaration: ts.Declaration): Exported['kind'] {
  if (ts.isClassDeclaration(declaration)) return 'class';
  if (ts.isFunctionDeclaration(declaration)) return 'function';
  return ts.isVariableDeclaration(declaration) ? 'constant' : 'type';
}

function extendedBy(declaration: ts.Declaration): readonly string[] {
  const isKnown = ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration);
  const clauses = isKnown ? (declaration.heritageClauses ?? []) : [];
  const extending = clauses.filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  return extending.flatMap(({ types }) => types.map((type) => oneLine(type.getText())));
}

function isPublic(member: ts.ClassElement | ts.TypeElement): boolean {
  if (ts.isConstructorDeclaration(member)) return true;
  if (member.name === undefined || ts.isPrivateIdentifier(member.name)) return false;
  return (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

/** Names only: whether they are the package's own is for the caller to know. */
function mentionsOf(declaration: ts.Declaration): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || ts.isPrivateIdentifier(node)) return;
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) names.add(node.typeName.text);
    if (ts.isExpressionWithTypeArguments(node)) names.add(node.expression.getText());
    if (ts.isPropertyDeclaration(node) && ts.isPrivateIdentifier(node.name)) return;
    node.forEachChild(visit);
  };
  visit(declaration);
  return names;
}

export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
