/** Default filters of a Service, from the files `<service>.<namespace>` of a directory that the operator mounts. */

import { parseFilters, type Filter } from '../eskip/index.ts';

type DefaultFilters =
  { readonly ok: true; readonly filters: readonly Filter[] } | { readonly ok: false; readonly message: string };

/** Gives the default filters of a Service; none where it has no file. */
export type DefaultFiltersLookup = (namespace: string, serviceName: string) => DefaultFilters;

/** A name with any other number of dots belongs to no Service: Skipper passes over such files, and so do we. */
export function isDefaultFiltersFile(fileName: string): boolean {
  return fileName.split('.').length === 2;
}

function parse(text: string): DefaultFilters {
  const parsed = parseFilters(text);
  return parsed.ok ? parsed : { ok: false, message: parsed.error.message };
}

const none: DefaultFilters = { ok: true, filters: [] };

/** Parses a file when it is first asked for, and once. */
export function defaultFiltersLookup(files: ReadonlyMap<string, string>): DefaultFiltersLookup {
  if (files.size === 0) return () => none;
  const parsed = new Map<string, DefaultFilters>();
  return (namespace, serviceName) => {
    const fileName = `${serviceName}.${namespace}`;
    const text = files.get(fileName);
    if (text === undefined || !isDefaultFiltersFile(fileName)) return none;
    const known = parsed.get(fileName) ?? parse(text);
    parsed.set(fileName, known);
    return known;
  };
}
