/**
 * Gets changes of objects; gives what they change in the table. Compiles only what has read something that changed.
 *
 * After any changes the table equals what `compile` makes of the cluster as it then is. Nothing is kept of a route but
 * its text.
 */

import { hostFacts, ingressCatchAlls, mergeHostFacts, type HostFacts } from '../catch-all.ts';
import { keyOf, recordingLookup, type ClusterLookup } from '../cluster.ts';
import { compileContext, type CompileContext } from '../context.ts';
import { finish, type Draft } from '../draft.ts';
import { healthRoutes } from '../health.ts';
import { compileIngress } from '../ingress/compile-ingress.ts';
import type { CompileOptions } from '../options.ts';
import type { IngressOutcome } from '../outcome.ts';
import type { Problem } from '../problem.ts';
import { globalRedirectRoutes } from '../redirect.ts';
import { compileRouteGroup } from '../route-group/compile-route-group.ts';
import { ClusterObjects, readKey, type ObjectChange, type ObjectKind, type RouteOwner } from './cluster-objects.ts';
import { HostTable } from './host-table.ts';
import { addedPieces, pieceOf, sections, type Piece, type Place } from './piece.ts';
import { ReadIndex } from './read-index.ts';
import { RouteSet, type LineChanges } from './route-set.ts';

/** What a run of the compiler came to. */
export interface TableChange extends LineChanges {
  /** All problems there are now: the same array as before when none has come or gone. */
  readonly problems: readonly Problem[];
}

const noFacts: ReadonlyMap<string, HostFacts> = new Map();
const noProblems: readonly Problem[] = [];
/** Behind every Ingress in the order of places. */
const hostOwner = (host: string) => `~host\0${host}`;
const addedOwner = '~added';

/** A table that follows its cluster. */
export class TableCompiler {
  readonly #objects = new ClusterObjects();
  readonly #reads = new ReadIndex();
  readonly #hosts = new HostTable();
  readonly #routes = new RouteSet();
  readonly #dirty = new Set<string>();
  readonly #problems = new Map<string, readonly Problem[]>();
  readonly #added: readonly Piece[];
  #context: CompileContext;
  #reading: string[] = [];
  #told: readonly Problem[] = noProblems;

  constructor(options: CompileOptions) {
    this.#context = this.#contextFor(options);
    this.#added = addedPieces(this.#context.options);
    this.#routes.set('~others', this.#otherPieces());
  }

  /** The objects beside Ingresses and RouteGroups, as of the last change. */
  get lookup(): ClusterLookup {
    return this.#objects.lookup;
  }

  /** Takes changes. They show in the table when it is compiled next. */
  change(changes: Iterable<ObjectChange>): void {
    for (const change of changes) {
      const { reads, owners } = this.#objects.set(change);
      for (const owner of owners) this.#dirty.add(owner);
      for (const key of reads) for (const reader of this.#reads.readersOf(key)) this.#dirty.add(reader);
    }
  }

  /** The changes that make `objects` all objects of their cluster: those of `kinds` that are not among them are gone. */
  changesTo(kinds: readonly ObjectKind[], objects: readonly ObjectChange[]): readonly ObjectChange[] {
    const known = kinds.flatMap((kind) => Array.from(this.#objects.keysOf(kind), (key) => ({ kind, key })));
    if (known.length === 0) return objects;
    const present = new Set(objects.map(({ kind, key }) => `${kind} ${key}`));
    const gone = known.filter(({ kind, key }) => !present.has(`${kind} ${key}`));
    return [...gone.map(({ kind, key }) => ({ kind, key, object: undefined })), ...objects];
  }

  /** Takes new default filters. Everything is compiled again: files change once in a while. */
  setDefaultFilters(defaultFilters: ReadonlyMap<string, string>): void {
    this.#context = this.#contextFor({ ...this.#context.options, defaultFilters });
    for (const owner of this.#objects.owners.keys()) this.#dirty.add(owner);
  }

  /**
   * Compiles, one object a step, so that the caller can do something else in between; it may change nothing here
   * meanwhile. A step that throws is tried again in the next run.
   */
  *run(): Generator<undefined, TableChange> {
    yield* drained(this.#dirty, (owner) => {
      this.#compile(owner);
    });
    yield* drained(this.#hosts.touched, (host) => {
      this.#routes.set(hostOwner(host), this.#catchAlls(host));
    });
    this.#addToOthers();
    return { ...(yield* this.#routes.takeChanges()), problems: this.#allProblems() };
  }

  #contextFor(options: CompileOptions): CompileContext {
    const lookup = recordingLookup(this.#objects.lookup, ({ kind, namespace, name }) => {
      const key = readKey(kind, keyOf(namespace, name));
      // A Service is followed by its endpoints, which have its key.
      if (key !== this.#reading[this.#reading.length - 1]) this.#reading.push(key);
    });
    return compileContext(options, lookup);
  }

  #compile(id: string): void {
    const owner = this.#objects.owners.get(id);
    this.#reading = [];
    const problems = owner === undefined ? this.#forget(id) : this.#take(id, owner);
    this.#reads.set(id, this.#reading);
    if (problems.length === 0) this.#problems.delete(id);
    else this.#problems.set(id, problems);
  }

  #forget(id: string): readonly Problem[] {
    this.#hosts.set(id, noFacts);
    this.#routes.set(id, []);
    return noProblems;
  }

  #take(id: string, owner: RouteOwner): readonly Problem[] {
    if (owner.kind === 'ingresses') {
      const outcome = compileIngress(owner.object, this.#context);
      this.#hosts.set(id, factsByHost(outcome));
      this.#routes.set(id, this.#ingressPieces(id, outcome));
      return outcome.problems;
    }
    const { routes, problems } = compileRouteGroup(owner.object, this.#context);
    const place = { section: sections.routeGroups, host: '', owner: id };
    const { options } = this.#context;
    this.#routes.set(
      id,
      routes.map((route, index) => pieceOf(route, { ...place, index }, options)),
    );
    return problems;
  }

  #ingressPieces(owner: string, { defaultRoutes, hosts, eastWestRoutes }: IngressOutcome): readonly Piece[] {
    const pieces: Piece[] = [];
    const add = (section: number, host: string, drafts: readonly Draft[]) => {
      for (const draft of drafts) pieces.push(this.#draftPiece(draft, { section, host, owner, index: pieces.length }));
    };
    add(sections.defaults, '', defaultRoutes);
    for (const { host, drafts } of hosts) add(sections.hosts, host, drafts);
    add(sections.eastWest, '', eastWestRoutes);
    return pieces;
  }

  #catchAlls(host: string): readonly Piece[] {
    const { options } = this.#context;
    if (!options.catchAllRoutes) return [];
    const place = { section: sections.hosts, host, owner: hostOwner(host) };
    return ingressCatchAlls(host, this.#hosts.factsOf(host)).map((draft, index) =>
      this.#draftPiece(draft, { ...place, index }),
    );
  }

  #draftPiece(draft: Draft, place: Place): Piece {
    return pieceOf(finish(draft), place, this.#context.options);
  }

  #otherPieces(): readonly Piece[] {
    const { options } = this.#context;
    const place = { section: sections.others, host: '', owner: '~others' };
    const routes = [...healthRoutes(options.healthcheck), ...globalRedirectRoutes(options)];
    return routes.map((route, index) => pieceOf(route, { ...place, index }, options));
  }

  /** A cluster without a route must not become a table of one. */
  #addToOthers(): void {
    if (this.#added.length === 0) return;
    const others = this.#routes.owners - (this.#routes.has(addedOwner) ? 1 : 0);
    this.#routes.set(addedOwner, others > 0 ? this.#added : []);
  }

  #allProblems(): readonly Problem[] {
    const byOwner = [...this.#problems.keys()].sort().flatMap((owner) => this.#problems.get(owner) ?? []);
    const all = [...byOwner, ...this.#routes.problems()];
    const isSame = all.length === this.#told.length && all.every((problem, at) => isEqual(problem, this.#told[at]));
    if (!isSame) this.#told = all;
    return this.#told;
  }
}

/** Does `work` with each of `all`, one a step; what it was done with is taken out. */
function* drained(all: Set<string>, work: (one: string) => void): Generator<undefined> {
  const list = [...all];
  let done = 0;
  try {
    for (const one of list) {
      work(one);
      done += 1;
      yield undefined;
    }
  } finally {
    // At once, where it can be: a set is copied each time that it has become half as large.
    if (done === all.size) all.clear();
    else for (const one of list.slice(0, done)) all.delete(one);
  }
}

function factsByHost({ hosts }: IngressOutcome): ReadonlyMap<string, HostFacts> {
  const byHost = new Map<string, HostFacts>();
  for (const rule of hosts) {
    const facts = hostFacts(rule);
    const before = byHost.get(rule.host);
    byHost.set(rule.host, before === undefined ? facts : mergeHostFacts([before, facts]));
  }
  return byHost;
}

function isEqual(a: Problem, b: Problem | undefined): boolean {
  return a === b || (a.object.kind === b?.object.kind && a.object.name === b.object.name && sameText(a, b));
}

function sameText(a: Problem, b: Problem): boolean {
  return (
    a.object.namespace === b.object.namespace && a.code === b.code && a.field === b.field && a.message === b.message
  );
}
