/**
 * Gets the tokens of a text; gives routes, predicates or filters, by recursive descent.
 *
 * Source: Skipper v0.27.65, `eskip/parser.y` for the grammar and `eskip/eskip.go` for what Skipper checks behind it.
 */

import { readEndpoint } from './endpoint.ts';
import { isFieldName, problemWithField } from './fields.ts';
import { Lexer } from './lexer.ts';
import type { Arg, Backend, Call, Filter, LbEndpoint, Predicate, Route } from './route.ts';
import { Token } from './tokens.ts';

const words: ReadonlyMap<Token, Backend> = new Map<Token, Backend>([
  [Token.shunt, { type: 'shunt' }],
  [Token.loopback, { type: 'loopback' }],
  [Token.dynamic, { type: 'dynamic' }],
  [Token.forward, { type: 'forward' }],
]);
const noArgs: readonly Arg[] = [];

/** Every method throws an EskipSyntaxError where the text leaves the grammar. */
export class Parser {
  readonly #lexer: Lexer;

  constructor(text: string) {
    this.#lexer = new Lexer(text);
    this.#lexer.advance();
  }

  /** Named routes with semicolons between them, or one route without a name. */
  document(): Route[] {
    const lexer = this.#lexer;
    const routes: Route[] = [];
    if (this.#is(Token.any)) return [this.#lastRoute()];
    let mayBeAnonymous = true;
    while (!this.#is(Token.end)) {
      if (!this.#accept(Token.semicolon)) {
        const offset = lexer.offset;
        const name = this.#symbol('a route id');
        if (mayBeAnonymous && this.#is(Token.openParen)) return [this.#lastRoute({ name, offset })];
        routes.push(this.#definition(name));
        if (!this.#is(Token.end) && !this.#is(Token.semicolon)) throw lexer.expected('";" or the end of the text');
      }
      mayBeAnonymous = false;
      lexer.routeId = '';
    }
    return routes;
  }

  /** Predicates with `&&` between them and nothing else; the void `*` is left out. */
  predicates(): Predicate[] {
    const predicates: Predicate[] = [];
    if (this.#lexer.token === Token.end) return predicates;
    do {
      if (!this.#accept(Token.any)) predicates.push(this.#call('a predicate'));
    } while (this.#accept(Token.and));
    this.#end('"&&" or the end of the text');
    return predicates;
  }

  /** Filters with `->` between them and nothing else. */
  filters(): Filter[] {
    const filters: Filter[] = [];
    if (this.#lexer.token === Token.end) return filters;
    do {
      filters.push(this.#call('a filter'));
    } while (this.#accept(Token.arrow));
    this.#end('"->" or the end of the text');
    return filters;
  }

  #definition(id: string): Route {
    this.#lexer.routeId = id;
    this.#expect(Token.colon, '":" after the route id');
    return this.#route(id);
  }

  #lastRoute(first?: FirstName): Route {
    const route = this.#route('', first);
    // A route without an id ends the text: Skipper does not take even a semicolon after it.
    this.#end('the end of the text after a route without an id');
    return route;
  }

  #route(id: string, first?: FirstName): Route {
    const predicates = this.#routePredicates(first);
    this.#expect(Token.arrow, '"&&" or "->" after a predicate');
    const filters: Filter[] = [];
    while (this.#is(Token.symbol)) {
      filters.push(this.#call('a filter'));
      this.#expect(Token.arrow, '"->" after a filter');
    }
    return { id, predicates, filters, backend: this.#backend() };
  }

  #routePredicates(first?: FirstName): Predicate[] {
    const predicates: Predicate[] = [];
    if (first !== undefined) {
      this.#addToRoute(predicates, { name: first.name, args: this.#args() }, first.offset);
      if (!this.#accept(Token.and)) return predicates;
    }
    do {
      if (this.#accept(Token.any)) continue;
      const offset = this.#lexer.offset;
      this.#addToRoute(predicates, this.#call('a predicate'), offset);
    } while (this.#accept(Token.and));
    return predicates;
  }

  #addToRoute(predicates: Predicate[], call: Call, offset: number): void {
    if (call.name === 'Any') return;
    if (!isFieldName(call.name)) {
      predicates.push(call);
      return;
    }
    const predicate: Predicate = { name: call.name, args: call.args, inField: true };
    const problem = problemWithField(predicate, predicates);
    if (problem !== undefined) throw this.#lexer.error(problem, offset);
    predicates.push(predicate);
  }

  #call(what: string): Call {
    const name = this.#symbol(what);
    return { name, args: this.#args() };
  }

  #args(): readonly Arg[] {
    this.#expect(Token.openParen, '"(" after the name');
    if (this.#accept(Token.closeParen)) return noArgs;
    const args: Arg[] = [];
    // Skipper's grammar takes f(,1): nothing stands before the first comma, and nothing becomes an argument.
    if (!this.#is(Token.comma)) args.push(this.#arg());
    while (this.#accept(Token.comma)) args.push(this.#arg());
    this.#expect(Token.closeParen, '"," or ")" after an argument');
    return args;
  }

  #arg(): Arg {
    const { token, value } = this.#lexer;
    if (token !== Token.string && token !== Token.regexp && token !== Token.number) {
      throw this.#lexer.expected('an argument: a string, a number or a regular expression');
    }
    this.#lexer.advance();
    return token === Token.number ? Number(value) : value;
  }

  #backend(): Backend {
    const { token, value } = this.#lexer;
    if (token === Token.openArrow) return this.#balanced();
    const backend: Backend | undefined =
      token === Token.string ? { type: 'network', address: value } : words.get(token);
    if (backend === undefined) throw this.#lexer.expected('a filter or a backend');
    this.#lexer.advance();
    return backend;
  }

  #balanced(): Backend {
    this.#lexer.advance();
    const algorithm = this.#is(Token.symbol) ? this.#algorithm() : '';
    const endpoints: LbEndpoint[] = [];
    let scheme = '';
    do {
      const { offset, value } = this.#lexer;
      this.#expect(Token.string, 'an endpoint in double quotes');
      const read = readEndpoint(value);
      if (!read.ok) throw this.#lexer.error(read.problem, offset);
      if (scheme !== '' && scheme !== read.scheme) {
        throw this.#lexer.error('the endpoints of one backend must all have the same scheme', offset);
      }
      scheme = read.scheme;
      endpoints.push(read.endpoint);
    } while (this.#accept(Token.comma));
    this.#expect(Token.closeArrow, '"," or ">" after an endpoint');
    return { type: 'lb', algorithm, endpoints };
  }

  #algorithm(): string {
    const algorithm = this.#symbol('an algorithm');
    this.#expect(Token.comma, '"," after the algorithm');
    return algorithm;
  }

  #symbol(what: string): string {
    const { value } = this.#lexer;
    this.#expect(Token.symbol, what);
    return value;
  }

  #expect(token: Token, what: string): void {
    if (!this.#accept(token)) throw this.#lexer.expected(what);
  }

  #accept(token: Token): boolean {
    if (this.#lexer.token !== token) return false;
    this.#lexer.advance();
    return true;
  }

  #is(token: Token): boolean {
    return this.#lexer.token === token;
  }

  #end(what: string): void {
    if (!this.#is(Token.end)) throw this.#lexer.expected(what);
  }
}

/** The first predicate's name, when it had to be read to see that no route id stands there. */
interface FirstName {
  readonly name: string;
  readonly offset: number;
}
