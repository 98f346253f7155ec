/** The balancer itself: gets endpoints and keys, gives the endpoint for each key. */
import { noEndpoints } from './balancer-error.ts';
import { explainPick } from './explain.ts';
import { LastPick } from './last-pick.ts';
import { machinery } from './machinery.ts';
import type { Machinery } from './machinery.ts';
import { percentageSalt, unitInterval, zoneSalt } from './mix.ts';
import { placeOwners } from './ring-batch.ts';
import { findPoint, ringShares, slotAt } from './ring.ts';
import { SlotTable } from './slot-table.ts';
import { emptySnapshot, nextSnapshot } from './snapshot.ts';
import type {
  BalancerOptions,
  BalancerParts,
  Endpoint,
  EndpointInput,
  Explanation,
  KeyEncoding,
  PickReport,
  RingPicture,
  UpdateResult,
  ZoneOptions,
} from './types.ts';
import { KeyHasher } from './key-hasher.ts';

const nothingTried: readonly Endpoint[] = [];

/**
 * Places keys on endpoints. Not tied to any transport: call `begin` and `finish` around each request, so that loads,
 * health and latencies are known. Stable.
 */
export class Balancer {
  readonly #parts: BalancerParts;
  readonly #zone: ZoneOptions | undefined;
  readonly #machinery: Machinery;
  readonly #slots = new SlotTable();
  readonly #hasher = new KeyHasher();
  #snapshot = emptySnapshot;
  readonly #lastPick = new LastPick();
  #picked: Endpoint | undefined;
  #high = 0;
  #low = 0;
  /**
   * True while nobody is left out of a pick, whatever the time and the answers so far, except who was tried: the owner of
   * a key then takes it unless it is too busy.
   */
  #isPlain = false;
  /** Hashing is most of a pick; what goes by turns or by chance does without. */
  readonly #usesKeys: boolean;
  /** Whether that was so at the last pick. */
  #pickedOwner = false;

  /** @throws BalancerError RSRV_BALANCER_OPTION for an option that has no meaning. */
  constructor(parts: BalancerParts, options: BalancerOptions = {}) {
    this.#parts = parts;
    this.#zone = options.zone;
    this.#machinery = machinery(parts, options);
    this.#usesKeys = this.#machinery.algorithm.name === 'consistentHash';
  }

  /** The endpoints in use, in the order of the last update. */
  get endpoints(): readonly Endpoint[] {
    return this.#snapshot.endpoints;
  }

  /**
   * Whether `finish` makes anything of durations. Only load by occupancy and zones by latency do: who would have to read
   * a clock for it may hand in 0 otherwise.
   */
  get usesDurations(): boolean {
    return this.#machinery.usesDurations;
  }

  /**
   * Replaces the endpoints. Order does not matter to a consistent hash; of duplicates the first counts. An empty list
   * keeps the last good one: endpoints that may be gone are worth more than none.
   */
  update(inputs: readonly EndpointInput[]): UpdateResult {
    if (inputs.length === 0) return { added: [], removed: [], keptLast: this.#snapshot !== emptySnapshot };
    const now = this.#parts.now();
    this.#slots.sweep(now, this.#machinery.fadeIn.durationMs, (slot) => this.#machinery.load.inflightOf(slot) === 0);
    const parts = { slots: this.#slots, hasher: this.#hasher, fadeIn: this.#machinery.fadeIn, zone: this.#zone };
    const { snapshot, added, removed } = nextSnapshot(this.#snapshot, inputs, parts, now);
    if (snapshot !== this.#snapshot) {
      this.#machinery.load.adopt(snapshot, added);
      this.#machinery.health?.adopt(snapshot, added);
      this.#machinery.selection.adopt(snapshot);
      this.#machinery.algorithm.adopt(added, snapshot.slotCount);
      this.#snapshot = snapshot;
      this.#isPlain = snapshot.fades.length === 0 && !this.#machinery.needsTime;
    }
    return { added, removed, keptLast: false };
  }

  /**
   * The endpoint for `key`. Algorithms other than the consistent hash do not look at the key.
   * @param encoding `latin1` when the key comes from a header value as Node hands it out.
   * @param tried endpoints that have failed this request already; ignored when they are all there are.
   * @throws BalancerError RSRV_BALANCER_NO_ENDPOINTS when no update ever brought an endpoint.
   */
  pick(key: string, encoding: KeyEncoding = 'utf8', tried: readonly Endpoint[] = nothingTried): Endpoint {
    if (!this.#usesKeys) return this.#pickKeyless(tried);
    this.#hasher.hash(key, encoding);
    return this.#place(this.#hasher.high, this.#hasher.low, tried);
  }

  /** `pick` for each key, hashed in one go if at all. All keys see the same load: none has begun yet. */
  pickMany(keys: readonly string[], encoding: KeyEncoding = 'utf8', into: Endpoint[] = []): Endpoint[] {
    if (!this.#usesKeys) for (let i = 0; i < keys.length; i++) into[i] = this.#pickKeyless(nothingTried);
    for (let from = 0; this.#usesKeys && from < keys.length;) {
      const count = this.#hasher.hashBatch(keys, from, encoding);
      if (this.#isPlain && this.#machinery.bounded === undefined) this.#takeOwners(into, from, count);
      else this.#takeEach(into, from, count);
      from += count;
    }
    if (into.length > keys.length) into.length = keys.length;
    return into;
  }

  /**
   * What became of the last pick, for metrics and diagnostics: to be read right after it. Gives the same object each
   * time, filled in anew, so that it leaves no garbage.
   */
  lastPick(): PickReport {
    if (this.#picked === undefined) return this.#lastPick;
    if (this.#pickedOwner) return this.#lastPick.fillChosen(this.#picked, 'owner');
    if (!this.#usesKeys) return this.#lastPick.fillChosen(this.#picked, 'chosen');
    return this.#lastPick.fill(this.#picked, this.#machinery.selection, this.#high, this.#low);
  }

  /** A request to the endpoint begins. */
  begin(endpoint: Endpoint): void {
    this.#machinery.load.begin(endpoint.slot, this.#machinery.needsTime ? this.#parts.now() : 0);
  }

  /** It has ended, after `durationMs`. `failed`: without a response; an answer of 500 has not failed. */
  finish(endpoint: Endpoint, durationMs: number, failed = false): void {
    const now = this.#machinery.needsTime ? this.#parts.now() : 0;
    this.#machinery.load.finish(endpoint.slot, durationMs, now);
    this.#machinery.health?.refresh(now);
    this.#machinery.health?.record(endpoint.slot, failed);
    if (this.#zone !== undefined) this.#machinery.zoneShare?.record(endpoint.zone === this.#zone.own, durationMs, now);
  }

  /**
   * True for `percentage` % of all keys, always for the same ones, and for more of the same when it grows. Has nothing
   * to do with the key's place on the ring.
   */
  isInPercentage(key: string, percentage: number, encoding: KeyEncoding = 'utf8'): boolean {
    this.#hasher.hash(key, encoding);
    return unitInterval(this.#hasher.high, this.#hasher.low, percentageSalt) * 100 < percentage;
  }

  /** Why a key goes where it goes. It is a pick: draws are drawn, and a round robin goes on. Allocates. */
  explain(key: string, encoding: KeyEncoding = 'utf8', tried: readonly Endpoint[] = nothingTried): Explanation {
    if (this.#usesKeys) this.#hasher.hash(key, encoding);
    const picked = this.#choose(this.#hasher.high, this.#hasher.low, tried);
    const hash = { high: this.#hasher.high, low: this.#hasher.low };
    return explainPick(
      { picked, hash: this.#usesKeys ? hash : undefined, bounded: this.#machinery.bounded },
      this.#machinery.selection,
    );
  }

  /** A picture of the ring at this moment. Allocates. */
  snapshot(): RingPicture {
    const { version, endpoints, ring, slotCount } = this.#snapshot;
    const now = this.#parts.now();
    this.#machinery.load.refresh(now);
    this.#settle(now);
    if (endpoints.length > 0) this.#machinery.selection.prepare(this.#snapshot, nothingTried, now);
    const shares = ringShares(ring, slotCount);
    const { zoneShare } = this.#machinery;
    return {
      version,
      points: ring.size,
      fades: this.#snapshot.fades.filter(({ startedAt }) => this.#isFading(startedAt, now)).length,
      ...(zoneShare === undefined ? {} : { localShare: zoneShare.shareAt(now) }),
      endpoints: endpoints.map((endpoint) => ({
        endpoint,
        share: shares[endpoint.slot] ?? 0,
        weight: this.#machinery.selection.fadeWeightOf(endpoint.slot),
        inflight: this.#machinery.load.inflightOf(endpoint.slot),
        load: this.#machinery.load.loadOf(endpoint.slot),
      })),
    };
  }

  /** `#takeEach` where nothing but the ring decides. */
  #takeOwners(into: Endpoint[], from: number, count: number): void {
    const { ring, bySlot } = this.#snapshot;
    placeOwners(ring, this.#hasher.batch, count, { bySlot, list: into, from });
    this.#picked = into[from + count - 1];
    this.#pickedOwner = true;
  }

  /** Places the keys whose hashes have just been made. */
  #takeEach(into: Endpoint[], from: number, count: number): void {
    const hashes = this.#hasher.batch;
    for (let i = 0; i < count; i++)
      into[from + i] = this.#place(hashes[2 * i + 1] ?? 0, hashes[2 * i] ?? 0, nothingTried);
  }

  #place(high: number, low: number, tried: readonly Endpoint[]): Endpoint {
    const owner = this.#isPlain && tried.length === 0 ? this.#readyOwner(high, low) : undefined;
    return owner ?? this.#choose(high, low, tried);
  }

  /** What `#choose` comes to for a key that its owner takes, at a fraction of the cost; undefined when it is too busy. */
  #readyOwner(high: number, low: number): Endpoint | undefined {
    const { ring, bySlot, order } = this.#snapshot;
    const slot = slotAt(ring, findPoint(ring, high, low));
    const { bounded } = this.#machinery;
    if (bounded !== undefined && !bounded.isBelowPlainLimit(slot, order.length)) return undefined;
    this.#picked = bySlot[slot];
    this.#pickedOwner = true;
    return this.#picked;
  }

  /** What `#choose` comes to without a key, at a fraction of the cost while nobody is left out. */
  #pickKeyless(tried: readonly Endpoint[]): Endpoint {
    const { order, bySlot } = this.#snapshot;
    const { among } = this.#machinery.algorithm;
    if (!this.#isPlain || tried.length > 0 || among === undefined) return this.#choose(0, 0, tried);
    const endpoint = bySlot[among(order, order.length)];
    if (endpoint === undefined) throw noEndpoints();
    this.#picked = endpoint;
    return endpoint;
  }

  #choose(high: number, low: number, tried: readonly Endpoint[]): Endpoint {
    if (this.#snapshot.order.length === 0) throw noEndpoints();
    const now = this.#machinery.needsTime || this.#snapshot.fades.length > 0 ? this.#parts.now() : 0;
    this.#settle(now);
    const snapshot = this.#snapshot;
    this.#machinery.health?.refresh(now);
    this.#machinery.selection.prepare(snapshot, tried, now);
    const localShare = this.#preferZone(high, low, now);
    this.#machinery.bounded?.prepare(this.#machinery.selection, localShare);
    const endpoint = snapshot.bySlot[this.#machinery.algorithm.choose(this.#machinery.selection, high, low)];
    if (endpoint === undefined) throw noEndpoints();
    this.#picked = endpoint;
    this.#pickedOwner = false;
    this.#high = high;
    this.#low = low;
    return endpoint;
  }

  /**
   * A fade that was seen to be over stays over until the endpoints change, whatever the clock says then: who owns a key
   * must not depend on whether somebody asked for a picture, or on how the load is measured.
   */
  #settle(now: number): void {
    if (this.#snapshot.fades.length === 0 || now < this.#snapshot.fadesEndAt) return;
    this.#snapshot = { ...this.#snapshot, fades: [], fadesEndAt: -Infinity };
    this.#isPlain = !this.#machinery.needsTime;
  }

  /** A start in the future, after a jump of the clock, is the start of nothing. */
  #isFading(startedAt: number, now: number): boolean {
    return now >= startedAt && now - startedAt < this.#machinery.fadeIn.durationMs;
  }

  /** Decides by the key (without keys by chance) whether it stays in the zone; gives the share of those that do. */
  #preferZone(high: number, low: number, now: number): number {
    if (this.#machinery.zoneShare === undefined) return 0;
    const share = this.#machinery.zoneShare.shareAt(now);
    const unit = this.#usesKeys ? unitInterval(high, low, zoneSalt) : this.#parts.random();
    if (unit < share) this.#machinery.selection.keepLocal();
    return share;
  }
}
