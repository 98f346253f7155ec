/** What a schema of the CRD is made of: Kubernetes' structural OpenAPI v3, and the builders several files share. */
import { DURATION_PATTERN } from '../duration.ts';

/** A CEL rule: the API server refuses the object with `message` where `rule` is false. */
export interface Rule {
  readonly rule: string;
  readonly message?: string;
  /** CEL that gives the message; `message` is used when it fails. */
  readonly messageExpression?: string;
  readonly reason?: 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired' | 'FieldValueDuplicate';
  readonly fieldPath?: string;
}

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A structural schema. `title` names the TypeScript type that is generated; the CRD is written without it. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly format?: 'int32' | 'int64' | 'date-time';
  readonly enum?: readonly string[];
  readonly default?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly 'x-kubernetes-validations'?: readonly Rule[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic';
  readonly 'x-kubernetes-int-or-string'?: true;
}

/** Strings with a meaning of their own; each becomes a type alias. */
export const scalarTypes: Readonly<Record<string, string>> = {
  Duration: 'A length of time as Go writes it: "30s", "1h30m". `parseDuration` turns it into milliseconds.',
  Timestamp: 'RFC 3339 in UTC with seconds: "2026-01-31T09:00:00Z".',
};

/** A length of time within bounds, both included. */
export function duration(
  description: string,
  bounds: { readonly default: string; readonly min: string; readonly max: string },
): Schema {
  return {
    title: 'Duration',
    description: `${description} A Go duration from ${bounds.min} to ${bounds.max}.`,
    type: 'string',
    // The longest sensible text; without a bound the cost of the rule below could not be estimated.
    maxLength: 24,
    pattern: DURATION_PATTERN,
    default: bounds.default,
    'x-kubernetes-validations': [
      {
        // The pattern once more: where it fails, `duration` would, too, and complain of a conversion of types.
        rule: `self.matches('${DURATION_PATTERN.replace('\\', '\\\\')}') && duration(self) >= duration('${bounds.min}') && duration(self) <= duration('${bounds.max}')`,
        message: `must be from ${bounds.min} to ${bounds.max}, in hours, minutes, seconds, such as 336h, 1h30m or 90s; there is no unit of days`,
      },
    ],
  };
}

/** A moment. */
export function timestamp(description: string): Schema {
  return { title: 'Timestamp', description, type: 'string', format: 'date-time' };
}

/** A share in percent, whole numbers 0–100. */
export function percentage(description: string): Schema {
  return { description, type: 'integer', format: 'int32', minimum: 0, maximum: 100 };
}

/** A count that is never negative. */
export function count(description: string): Schema {
  return { description, type: 'integer', format: 'int32', minimum: 0 };
}

/** The name of an object in the config's namespace. */
export function objectName(description: string): Schema {
  return {
    description,
    type: 'string',
    minLength: 1,
    maxLength: 253,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  };
}

/** A map of short strings, such as labels. */
export function stringMap(description: string): Schema {
  return { description, type: 'object', maxProperties: 64, additionalProperties: { type: 'string' } };
}

/** The three positions of the switch. */
export function mode(description: string): Schema {
  return { title: 'Mode', description, type: 'string', enum: ['False', 'Pre', 'Exec'] };
}

/** How two tables' entries for one route can differ. */
export function differenceClass(description: string): Schema {
  return {
    title: 'DifferenceClass',
    description,
    type: 'string',
    enum: ['EndpointLag', 'Missing', 'Extra', 'Filters', 'Predicates', 'Backend', 'RejectedBySkipper'],
  };
}
