/**
 * Gets the text of a manifest and a map in it; gives the text in which a field of that map has another value.
 *
 * The text is spliced at the place that the parser names, never printed anew: comments, order and layout stay, and the
 * change that a person reviews is one line.
 */
import { isAlias, isScalar, Scalar, type Pair, type YAMLMap } from 'yaml';

/** What is written, as YAML has it. */
export interface WrittenField {
  readonly field: string;
  readonly value: string;
  /** The field behind which a new one is written. */
  readonly after: string;
}

/** Undefined where there is no place for it. */
export function spliceField(text: string, map: YAMLMap, written: WrittenField): string | undefined {
  const present = map.items.find((pair) => keyOf(pair) === written.field);
  return present === undefined ? inserted(text, map, written) : replaced(text, present, written.value);
}

function replaced(text: string, { value }: Pair, by: string): string | undefined {
  if (!(isScalar(value) || isAlias(value)) || !value.range) return undefined;
  const [start, end] = value.range;
  // A block of text ends with its line; the end of the line stays.
  const old = text.slice(start, end).trimEnd();
  const rest = text.slice(start + old.length);
  // A value that was left out may stand right at the colon, or right at a comment.
  const [before, behind] =
    old === '' ? [/\s$/.test(text.slice(0, start)) ? '' : ' ', rest.startsWith('#') ? ' ' : ''] : ['', ''];
  return text.slice(0, start) + before + by + behind + rest;
}

function inserted(text: string, map: YAMLMap, { field, value, after }: WrittenField): string | undefined {
  const neighbour = map.items.find((pair) => keyOf(pair) === after);
  const { key } = neighbour ?? {};
  if (!isScalar(key) || !key.range || !isScalar(neighbour?.value) || !neighbour.value.range) return undefined;
  const [start, end] = [key.range[0], neighbour.value.range[1]];
  const line = newline(text) + ' '.repeat(columnOf(text, start));
  if (!map.flow) {
    const lineEnd = endOfLine(text, end);
    return `${text.slice(0, lineEnd)}${line}${field}: ${value}${text.slice(lineEnd)}`;
  }
  // JSON wants quotes around keys, too.
  const name = key.type === Scalar.QUOTE_DOUBLE ? JSON.stringify(field) : field;
  const standsAlone = text.slice(start - columnOf(text, start), start).trim() === '';
  return `${text.slice(0, end)},${standsAlone ? line : ' '}${name}: ${value}${text.slice(end)}`;
}

const keyOf = ({ key }: Pair): unknown => (isScalar(key) ? key.value : key);

const columnOf = (text: string, at: number): number => at - (text.lastIndexOf('\n', at - 1) + 1);

const newline = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Where the end of the line begins, so that a comment stays with what stands before it. */
function endOfLine(text: string, from: number): number {
  const found = text.slice(from).search(/\r?\n/);
  return found === -1 ? text.length : from + found;
}
