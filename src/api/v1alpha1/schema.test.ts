import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkShape } from './check-shape.ts';
import { parseDuration } from './duration.ts';
import { routeServerConfigSchema } from './schema.ts';
import type { Schema } from './schema/kit.ts';

interface Node {
  readonly path: string;
  readonly schema: Schema;
}

/** Every schema in the tree, metadata left out: Kubernetes knows that one itself. */
const nodes: readonly Node[] = walk('', routeServerConfigSchema).filter(({ path }) => path !== '.metadata');

function walk(path: string, schema: Schema): Node[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    { path, schema },
    ...Object.entries(properties).flatMap(([name, field]) => walk(`${path}.${name}`, field)),
    ...(items ? walk(`${path}[]`, items) : []),
    ...(additionalProperties ? walk(`${path}.*`, additionalProperties) : []),
  ];
}

/** The paths at which `holds` does not. */
function exceptions(holds: (schema: Schema, path: string) => boolean): string[] {
  return nodes.filter(({ schema, path }) => !holds(schema, path)).map(({ path }) => path);
}

describe('the schema', () => {
  test('describes every field in sentences', () => {
    const scalarItem = /(\[\]|\.\*)$/;
    assert.deepEqual(
      exceptions(({ description = '' }, path) => scalarItem.test(path) || /^[A-Z].{3,}\.$/.test(description)),
      [],
    );
  });

  test('has defaults of the shape they stand in for', () => {
    const misfits = nodes.flatMap(({ schema, path }) =>
      schema.default === undefined ? [] : checkShape(schema, schema.default, path),
    );
    assert.deepEqual(misfits, []);
  });

  test('requires nothing that has a default, and only fields that exist', () => {
    const wrong = ({ required = [], properties = {} }: Schema) =>
      required.filter((name) => properties[name] === undefined || properties[name].default !== undefined);
    assert.deepEqual(
      exceptions((schema) => wrong(schema).length === 0),
      [],
    );
  });

  test('has duration defaults that can be read', () => {
    const durations = nodes.flatMap(({ schema }) =>
      schema.title === 'Duration' ? [JSON.stringify(schema.default)] : [],
    );
    assert.equal(durations.length, 6);
    for (const text of durations) assert.ok(parseDuration(text.replaceAll('"', '')) > 0);
  });

  test('says for every list how server-side apply merges it', () => {
    assert.deepEqual(
      exceptions((schema) => schema.type !== 'array' || schema['x-kubernetes-list-type'] !== undefined),
      [],
    );
  });

  test('requires the keys of every list that is merged by key', () => {
    const keysRequired = ({ items, 'x-kubernetes-list-map-keys': keys = [] }: Schema) =>
      keys.every((key) => items?.required?.includes(key));
    assert.deepEqual(exceptions(keysRequired), []);
  });

  test('gives every rule a message', () => {
    const rules = nodes.flatMap(({ schema }) => schema['x-kubernetes-validations'] ?? []);
    assert.ok(rules.length > 10);
    for (const { message = '' } of rules) assert.match(message, /^[a-z].{10,}[^.]$/);
  });

  test('means one thing by one type name', () => {
    const shapes = new Map<string, Set<string>>();
    for (const { schema } of nodes) {
      if (schema.title === undefined) continue;
      const shape = JSON.stringify([schema.type, schema.enum, Object.keys(schema.properties ?? {})]);
      shapes.set(schema.title, (shapes.get(schema.title) ?? new Set()).add(shape));
    }
    const ambiguous = [...shapes].filter(([, known]) => known.size > 1).map(([title]) => title);
    assert.deepEqual(ambiguous, []);
  });
});
