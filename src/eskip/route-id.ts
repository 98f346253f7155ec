/** What may be a route's id in eskip text. Source: Skipper v0.27.65, `eskip/lexer.go` (scanSymbol). */

/** True for a text that can stand before the colon: ASCII letters, digits and underscores, not beginning with a digit. */
export function isRouteId(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}
