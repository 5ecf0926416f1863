/** The texts that people read, as the sources have them: the calls of `t` of `@vscode/l10n`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./paths";

const LIBRARY = "@vscode/l10n";

export interface Texts {
  readonly texts: ReadonlySet<string>;
  /** What cannot be translated as it stands there, with its file and line. */
  readonly problems: readonly string[];
}

/** The English texts of all sources of the extension and the panel. */
export function sourceTexts(): Texts {
  const files = ["src", "webview"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
      .map((name) => join(folder, name)),
  );
  const read = files.map((file) => textsOf(readFileSync(join(root, file), "utf8"), file));
  return {
    texts: new Set(read.flatMap(({ texts }) => [...texts])),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** The English texts of one source. */
export function textsOf(source: string, file: string): Texts {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const texts = new Set<string>();
  const problems: string[] = [];
  const tell = (node: ts.Node, problem: string): void => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
    problems.push(`${file}:${line + 1} ${problem}: ${node.getText().slice(0, 80)}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      if (isLibrary(node) && !importsByName(node)) tell(node, "imports the library as a whole");
      return;
    }
    if (ts.isPropertyAccessExpression(node) && node.getText().endsWith("l10n.t"))
      tell(node, "is a second way to translate");
    if (ts.isIdentifier(node) && node.text === "t" && importsT(tree)) {
      const call = node.parent;
      if (!ts.isCallExpression(call) || call.expression !== node) tell(node.parent, "is no call");
      else readCall(call);
    }
    ts.forEachChild(node, visit);
  };
  const readCall = (call: ts.CallExpression): void => {
    const [text, ...given] = call.arguments;
    if (!text || !ts.isStringLiteralLike(text)) return tell(call, "is given no literal");
    // What is split at its place is put together by elements.
    const isSplit = ts.isPropertyAccessExpression(call.parent) && call.parent.name.text === "split";
    const places = new Set(placesOf(text.text)).size;
    if (!isSplit && places !== given.length) tell(call, `has ${places} places`);
    texts.add(text.text);
  };
  visit(tree);
  return { texts, problems };
}

/** The places of a text that something is put in: `{0}`. */
export const placesOf = (text: string): string[] =>
  [...text.matchAll(/\{\w+\}/g)].map(([place]) => place);

const isLibrary = ({ moduleSpecifier }: ts.ImportDeclaration): boolean =>
  ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === LIBRARY;

/** The function has one name everywhere. */
const importsByName = ({ importClause }: ts.ImportDeclaration): boolean =>
  importClause?.namedBindings !== undefined &&
  ts.isNamedImports(importClause.namedBindings) &&
  importClause.namedBindings.elements.every(({ propertyName }) => !propertyName);

const importsT = (tree: ts.SourceFile): boolean =>
  tree.statements.some(
    (statement) =>
      ts.isImportDeclaration(statement) &&
      isLibrary(statement) &&
      /\bt\b/.test(statement.importClause?.getText() ?? ""),
  );
