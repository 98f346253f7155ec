/** Gets the description of a message; gives any objects that it can hold. */
import * as fc from './properties.ts';
import { Message } from '../../src/kube/protobuf/message.ts';
import type { Field } from '../../src/kube/protobuf/message.ts';

// One for all fields: making it takes long.
const text = fc.string({ unit: 'binary', maxLength: 20 });

/** Any value of a field, as it is in JSON. */
function valueOf({ type }: Field): fc.Arbitrary<unknown> {
  if (type instanceof Message) return objectOf(type);
  switch (type) {
    case 'text':
      return text;
    case 'int':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'intOrString':
      return fc.oneof(fc.integer(), fc.string());
    case 'textMap':
      return fc
        .uniqueArray(fc.tuple(fc.string(), fc.string()), { minLength: 1, maxLength: 3, selector: ([key]) => key })
        .map((entries) => Object.fromEntries(entries.filter(([key]) => key !== '__proto__')))
        .filter((map) => Object.keys(map).length > 0);
  }
}

/** Any object that `message` describes, as it is in JSON; fields may be missing. */
export function objectOf({ fields }: Message): fc.Arbitrary<Record<string, unknown>> {
  const parts = fields.flatMap((field) => {
    if (field === undefined) return [];
    if (field.isInline === true) return [objectOf(field.type as Message)];
    const value = field.isList === true ? fc.array(valueOf(field), { minLength: 1, maxLength: 2 }) : valueOf(field);
    return [fc.record({ [field.name]: value }, { requiredKeys: [] })];
  });
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Record<string, unknown>);
}
