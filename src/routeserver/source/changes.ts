/**
 * Gets decoded objects as they come, change and go; gives what has changed since somebody last asked.
 */
import { isDecodeProblem } from '../../api/index.ts';
import type { DecodeProblem } from '../../api/index.ts';
import type { ObjectChange } from '../../compile/index.ts';
import type { ReadonlyStore } from '../../kube/index.ts';
import type { ObjectsByKind, SourceKindName } from './kinds.ts';

/** What has changed in the cluster. */
export interface Changes {
  /** All objects of all kinds, as at the beginning: what is not among them is gone. */
  readonly isWhole: boolean;
  /** The kinds that are read. */
  readonly kinds: readonly SourceKindName[];
  readonly objects: readonly ObjectChange[];
  /** All objects that cannot be decoded now; the same array as before when they are the same. */
  readonly undecodable: readonly DecodeProblem[];
}

/** Where routes come from. */
export interface Source {
  /** Begins. `onChange` is called whenever `takeChanges()` may give something. */
  start(onChange: () => void): void;
  stop(): Promise<void>;
  /**
   * What has changed since the last call, the first time everything; undefined until every kind was listed once.
   * Never a part of the cluster.
   */
  takeChanges(): Changes | undefined;
  /** What is known of each kind that is read. */
  states(): readonly KindState[];
  /** Gives a function that tells whether every kind was listed anew, from its beginning, since this call. */
  listedFromNow(): () => boolean;
  /** How old the data may be at most, in milliseconds: since each kind was last heard of. Undefined before the first. */
  ageMs(): number | undefined;
}

/** What a source knows of one kind. */
export interface KindState {
  readonly kind: SourceKindName;
  /** `absent`: the cluster was seen without this kind. `waiting`: it was not listed yet. */
  readonly state: 'listed' | 'absent' | 'waiting';
  readonly objects: number;
  /** Since it was last heard of; undefined before the first list. */
  readonly ageMs: number | undefined;
}

/** An object as the source has it: decoded, or why not. */
export type SourceObject = ObjectsByKind[SourceKindName] | DecodeProblem;

/** What is read of a store to take all of it. */
type KindOfStore = Pick<ReadonlyStore<SourceObject>, 'size' | 'forEach'>;

/** Collects changes. */
export class ChangeLog {
  readonly #kinds: readonly SourceKindName[];
  /** By kind and key: a map for each kind needs no longer keys made of both. */
  readonly #changed = new Map<SourceKindName, Map<string, ObjectChange>>();
  readonly #problems = new Map<string, DecodeProblem>();
  #undecodable: readonly DecodeProblem[] = [];
  #isWhole = true;

  constructor(kinds: readonly SourceKindName[]) {
    this.#kinds = kinds;
    for (const kind of kinds) this.#changed.set(kind, new Map());
  }

  /** Takes an object as it is now; undefined when it is gone. */
  set(kind: SourceKindName, key: string, object: SourceObject | undefined): void {
    this.#changed.get(kind)?.set(key, this.#change(kind, key, object));
  }

  #change(kind: SourceKindName, key: string, object: SourceObject | undefined): ObjectChange {
    const isProblem = object !== undefined && isDecodeProblem(object);
    if (isProblem || this.#problems.size > 0) this.#note(`${kind} ${key}`, isProblem ? object : undefined);
    // An object that cannot be read is none; its old routes would say what nobody has written any more.
    return { kind, key, object: isProblem ? undefined : object } as ObjectChange;
  }

  #note(id: string, problem: DecodeProblem | undefined): void {
    if (problem === undefined && !this.#problems.has(id)) return;
    if (problem === undefined) this.#problems.delete(id);
    else this.#problems.set(id, problem);
    this.#undecodable = [...this.#problems.values()];
  }

  /** Gives what was collected, and begins anew. */
  take(): Changes {
    return this.#give([...this.#changed.values()].flatMap((ofKind) => [...ofKind.values()]));
  }

  /** Gives all objects that there are, and begins anew: whoever has them need not have collected them one by one. */
  takeAll(storeOf: (kind: SourceKindName) => KindOfStore | undefined): Changes {
    const sizes = this.#kinds.map((kind) => storeOf(kind)?.size ?? 0);
    // A list that grows is copied into new memory a dozen times until it holds a large cluster.
    const objects = new Array<ObjectChange>(sizes.reduce((sum, size) => sum + size, 0));
    let at = 0;
    for (const kind of this.#kinds) {
      storeOf(kind)?.forEach((object, key) => {
        objects[at] = this.#change(kind, key, object);
        at += 1;
      });
    }
    return this.#give(objects);
  }

  #give(objects: readonly ObjectChange[]): Changes {
    const isWhole = this.#isWhole;
    for (const ofKind of this.#changed.values()) ofKind.clear();
    this.#isWhole = false;
    return { isWhole, kinds: this.#kinds, objects, undecodable: this.#undecodable };
  }
}
