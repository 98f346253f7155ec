/**
 * Gets a list in JSON piece by piece, as it arrives; gives what `JSON.parse` would give of the whole.
 *
 * What a CustomResourceDefinition defines comes in JSON only, and the API server needs longer for that than for protobuf:
 * most of the list is read by the time its last byte is here. Bytes that were read are not kept.
 */

const quote = 0x22;
const backslash = 0x5c;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
/** Brackets of arrays and of objects are the same without it. */
const bracketBits = 0xdf;

/** Behind it `[` opens the items. Where it is written in another way, they are read with the rest, at the end. */
const nameOfItems = /(?<!\\)"items"\s*:\s*$/;
/** So many characters are looked at for it. */
const nameLength = 64;
/** Stands for an item in the frame. */
const placeholder = '{}';

/** How many objects and arrays are open inside of the list, of its items, and of one item. */
const depths = { list: 1, items: 2, item: 3 } as const;

/** Reads one list. Throws a SyntaxError when its bytes are no JSON. */
export class JsonListReader {
  /** Everything but the items, a character for each byte: what is written with several can be cut anywhere. */
  #frame = '';
  #items: unknown[] = [];
  #taken = 0;
  /** What came with earlier pieces of the item that is arriving; undefined between two items. */
  #item: Buffer[] | undefined;
  #depth = 0;
  #isInItems = false;
  #isInText = false;
  /** The next byte belongs to a text, whatever it is. */
  #isEscaped = false;

  /** Takes the next bytes, which must stay as they are. */
  push(chunk: Buffer): void {
    const { length } = chunk;
    let taken = 0;
    const first = this.#isInText ? this.#endOfText(chunk, this.#isEscaped ? 1 : 0) + 1 : 0;
    for (let at = first; at < length; at++) {
      const mark = chunk[at] ?? 0;
      if (mark === quote) at = this.#endOfText(chunk, at + 1);
      else if ((mark & bracketBits) === openArray) taken = this.#open(chunk, at, taken);
      else if ((mark & bracketBits) === closeArray) taken = this.#close(chunk, at, taken);
    }
    if (this.#item === undefined) this.#frame += chunk.toString('latin1', taken);
    else this.#item.push(chunk.subarray(taken));
  }

  /** How many items are there to be taken. */
  get ready(): number {
    return this.#items.length;
  }

  /** Gives the items that have arrived and were not taken before. */
  take(): readonly unknown[] {
    const items = this.#items;
    this.#items = [];
    this.#taken += items.length;
    return items;
  }

  /** Gives the list when nothing more comes, with the items that were not taken. */
  end(): unknown {
    const list: unknown = JSON.parse(Buffer.from(this.#frame, 'latin1').toString());
    return this.#taken + this.#items.length === 0 ? list : this.#filled(list);
  }

  /** Where the quote is that ends the text; behind the chunk when it is not there. */
  #endOfText(chunk: Buffer, from: number): number {
    const { length } = chunk;
    let at = from;
    while (at < length) {
      const character = chunk[at];
      if (character === quote) break;
      at += character === backslash ? 2 : 1;
    }
    this.#isInText = at >= length;
    this.#isEscaped = at > length;
    return at;
  }

  /** Reads a bracket that opens; gives up to where the chunk is taken then. */
  #open(chunk: Buffer, at: number, taken: number): number {
    this.#depth += 1;
    const opensItems = this.#depth === depths.items && chunk[at] === openArray;
    const opensItem = this.#depth === depths.item && this.#isInItems && chunk[at] === openObject;
    if (!opensItems && !opensItem) return taken;
    this.#frame += chunk.toString('latin1', taken, at);
    if (opensItems) this.#isInItems = nameOfItems.test(this.#frame.slice(-nameLength));
    else this.#item = [];
    return at;
  }

  #close(chunk: Buffer, at: number, taken: number): number {
    this.#depth -= 1;
    if (this.#depth === depths.list) this.#isInItems = false;
    if (this.#depth !== depths.items || this.#item === undefined) return taken;
    const last = chunk.subarray(taken, at + 1);
    const bytes = this.#item.length === 0 ? last : Buffer.concat([...this.#item, last]);
    this.#items.push(JSON.parse(bytes.toString()));
    this.#item = undefined;
    this.#frame += placeholder;
    return at + 1;
  }

  /** `list` with the items where their placeholders are, but for those that were taken. */
  #filled(list: unknown): unknown {
    const places = typeof list === 'object' && list !== null && 'items' in list && list.items;
    // An object may have a name twice, of which JSON.parse takes the last one; a list that has is none to be trusted.
    if (!Array.isArray(places) || places.filter(isPlaceholder).length !== this.#taken + this.#items.length) {
      throw new SyntaxError('the items are not those of the list');
    }
    let taken = this.#taken;
    const rest = this.#items.values();
    const items = places
      .filter((place) => !isPlaceholder(place) || taken-- <= 0)
      .map((place: unknown) => (isPlaceholder(place) ? rest.next().value : place));
    return { ...(list as object), items };
  }
}

function isPlaceholder(place: unknown): boolean {
  return typeof place === 'object' && place !== null && !Array.isArray(place) && Object.keys(place).length === 0;
}
