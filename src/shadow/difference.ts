/** Gets two routes with the same id. Gives in what they differ, in the words of a sample. */
import { normalise, printBackend, printCall } from '../eskip/index.ts';
import type { Backend, Call, Route } from '../eskip/index.ts';
import { printRedacted, redactAddress } from './redact.ts';
import type { DifferenceClass } from './types.ts';

export interface RouteDifference {
  readonly kind: DifferenceClass;
  /** `-` stands before what only the direct table has, `+` before what only the route server's has. */
  readonly text: string;
}

const MAX_LISTED = 6;

/**
 * The first of predicates, filters and backend that differs once both routes are normalised; `undefined` when they mean
 * the same. A description cannot go missing because of redaction: it then says that only redacted values differ.
 */
export function differenceBetween(direct: Route, routeServer: Route): RouteDifference | undefined {
  const [a, b] = [normalise(direct), normalise(routeServer)];
  if (!sameCalls(a.predicates, b.predicates)) {
    return { kind: 'Predicates', text: `predicates: ${describeCalls(a.predicates, b.predicates)}` };
  }
  if (!sameCalls(a.filters, b.filters)) {
    return { kind: 'Filters', text: `filters: ${describeCalls(a.filters, b.filters)}` };
  }
  return printBackend(a.backend) === printBackend(b.backend) ? undefined : backendDifference(a.backend, b.backend);
}

function sameCalls(a: readonly Call[], b: readonly Call[]): boolean {
  return a.length === b.length && a.every((call, at) => call === b[at] || printCall(call) === textAt(b, at));
}

const textAt = (calls: readonly Call[], at: number): string | undefined => {
  const call = calls[at];
  return call === undefined ? undefined : printCall(call);
};

function describeCalls(a: readonly Call[], b: readonly Call[]): string {
  const [inA, inB] = [new Set(a.map(printCall)), new Set(b.map(printCall))];
  const onlyA = a.filter((call) => !inB.has(printCall(call))).map(printRedacted);
  const onlyB = b.filter((call) => !inA.has(printCall(call))).map(printRedacted);
  if (onlyA.length === 0 && onlyB.length === 0) return 'the same, in another order or number';
  if (onlyA.join() === onlyB.join()) return `${listed('', onlyA)} with other values, not shown`;
  return [listed('-', onlyA), listed('+', onlyB)].filter((part) => part !== '').join(' ');
}

function backendDifference(a: Backend, b: Backend): RouteDifference {
  const [endpointsA, endpointsB] = [endpointsOf(a), endpointsOf(b)];
  const differsInEndpoints =
    endpointsA !== undefined && endpointsB !== undefined && algorithmOf(a, b) === algorithmOf(b, a);
  if (!differsInEndpoints) return { kind: 'Backend', text: `backend: -${describeBackend(a)} +${describeBackend(b)}` };
  const onlyA = endpointsA.filter((endpoint) => !endpointsB.includes(endpoint));
  const onlyB = endpointsB.filter((endpoint) => !endpointsA.includes(endpoint));
  const text = [listed('-', onlyA), listed('+', onlyB)].filter((part) => part !== '').join(' ');
  return { kind: 'EndpointLag', text: `endpoints: ${text === '' ? 'the same, in another order or number' : text}` };
}

// Pods come and go: addresses of pods differ for a moment on two machines. A service of one pod is a network backend,
// so the type differs too. Any other address was written by a person.
function endpointsOf(backend: Backend): readonly string[] | undefined {
  const endpoints = addressesOf(backend);
  return endpoints?.every((address) => /^\w+:\/\/(\d+\.\d+\.\d+\.\d+|\[[\da-f:]+\])(:\d+)?$/i.test(address))
    ? endpoints
    : undefined;
}

function addressesOf(backend: Backend): readonly string[] | undefined {
  if (backend.type === 'network') return [backend.address];
  return backend.type === 'lb' ? backend.endpoints.map(({ address }) => address) : undefined;
}

/** The algorithm of a backend; a network backend has none and goes with any. */
function algorithmOf(backend: Backend, other: Backend): string {
  if (backend.type === 'lb') return backend.algorithm;
  return other.type === 'lb' ? other.algorithm : '';
}

function describeBackend(backend: Backend): string {
  const addresses = addressesOf(backend)?.map(redactAddress);
  if (addresses === undefined) return `<${backend.type}>`;
  return backend.type === 'lb' ? `<${backend.algorithm} ${listed('', addresses)}>` : addresses.join();
}

function listed(sign: string, texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_LISTED).map((text) => sign + text);
  return [...shown, ...(texts.length > MAX_LISTED ? [`(${texts.length - MAX_LISTED} more)`] : [])].join(' ');
}
