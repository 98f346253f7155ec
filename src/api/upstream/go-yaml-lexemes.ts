/**
 * Gets YAML; gives the tokens of its documents, with the one character that Go's reader takes for something else.
 *
 * `[-]` and `{a: -}` have an error for the package `yaml`; to go-yaml a dash within brackets is a text where `,`, `]` or
 * `}` follows at once (`scannerc.go`). Its lexer gives the dash as a lexeme of its own, which becomes that text here.
 */
import { Lexer, Parser } from 'yaml';
import type { CST, LineCounter } from 'yaml';

/** In the lexer's stream: what follows is a text without quotes. */
const textMark = '\u001f';

/** All tokens of `text`; its lines are noted in `lines`. */
export function* goYamlTokens(text: string, lines: LineCounter): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of lonelyDashes([...new Lexer().lex(text)])) yield* parser.next(lexeme);
  yield* parser.end();
}

/** What a bracket adds to the depth. */
const turns: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

function* lonelyDashes(lexemes: readonly string[]): Generator<string, void> {
  let depth = 0;
  for (let at = 0; at < lexemes.length; at++) {
    const lexeme = lexemes[at] ?? '';
    depth += turns[lexeme] ?? 0;
    const rest = lexeme === '-' && depth > 0 ? afterDash(lexemes, at + 1) : undefined;
    if (rest !== undefined) yield textMark;
    yield lexeme;
    // A text is passed on unseen: it may be a bracket.
    if (lexeme === textMark) yield lexemes[++at] ?? '';
    if (rest !== undefined) at = rest - 1;
  }
}

/** Where the lexemes go on behind a dash that is a text; undefined when it is none. */
function afterDash(lexemes: readonly string[], next: number): number | undefined {
  // Before a comma the lexer sees an empty text, which would be that of the item.
  const isEmptyText = lexemes[next] === textMark && lexemes[next + 1] === '';
  const end = isEmptyText ? next + 2 : next;
  return [',', ']', '}'].includes(lexemes[end] ?? '') ? end : undefined;
}
