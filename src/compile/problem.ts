/** What is wrong with one object, as data: the compiler never throws because of what a user wrote. */

import type { ObjectRef } from '../api/index.ts';

/** Stable names for metrics and for scripts. They never change their meaning; new ones may be added. */
export type ProblemCode =
  | 'invalid-object'
  | 'invalid-annotation'
  | 'invalid-backend'
  | 'invalid-backend-reference'
  | 'invalid-default-filters'
  | 'invalid-filter'
  | 'invalid-host'
  | 'invalid-method'
  | 'invalid-path'
  | 'invalid-predicate'
  | 'invalid-route'
  | 'duplicate-route-id'
  | 'external-name-disabled'
  | 'external-name-not-allowed'
  | 'service-not-found'
  | 'service-port-not-found'
  | 'service-type-not-supported'
  | 'rule-without-http'
  | 'tls-hosts-mismatch'
  | 'tls-secret-invalid'
  | 'tls-secret-not-found'
  | 'route-change-failed';

/** One mistake. `error`: routes are missing because of it; `info`: worth knowing, as intended by options. */
export interface Problem {
  readonly object: ObjectRef;
  /** Path of the field at fault, such as `spec.routes[1].filters[0]`, where there is one. */
  readonly field?: string;
  readonly code: ProblemCode;
  readonly severity: 'error' | 'info';
  /** Cause and next step. Never holds contents of a Secret. */
  readonly message: string;
}

/** A problem before it is known whose it is. */
export interface Finding {
  readonly field?: string;
  readonly code: ProblemCode;
  readonly severity?: 'info';
  readonly message: string;
}

/** Messages quote users' text, which may be megabytes; logs and statuses are not the place for it. In UTF-16 units. */
const maxMessageLength = 500;

function clip(message: string): string {
  return message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength - 1).toWellFormed()}…`;
}

const noProblems: readonly Problem[] = [];

/** Attributes findings to an object. Equal ones, such as a missing Service named by ten paths, are told once. */
export function problemsOf(object: ObjectRef, findings: readonly Finding[]): readonly Problem[] {
  if (findings.length === 0) return noProblems;
  const seen = new Set<string>();
  return findings.flatMap((finding) => {
    const key = `${finding.code} ${finding.field ?? ''} ${finding.message}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ object, severity: 'error' as const, ...finding, message: clip(finding.message) }];
  });
}
