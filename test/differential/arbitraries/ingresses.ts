/** Gives Ingresses. */
import fc from 'fast-check';
import { ingressAnnotations, labels } from './annotations.ts';
import type { Json } from './services.ts';
import { host, mostly, namespace, objectName, path, serviceName } from './words.ts';

const port = fc.constantFrom<Json>(
  { number: 80 },
  { number: 443 },
  { number: 8080 },
  { name: 'http' },
  { name: 'metrics' },
  { name: '80' },
  {},
);
const backend: fc.Arbitrary<Json> = mostly(
  fc.record({ name: serviceName, port }).map((service) => ({ service })),
  fc.constant({ resource: { kind: 'Bucket', name: 'b' } }),
  20,
);
const pathRule = fc.record(
  { path, pathType: fc.constantFrom('Exact', 'Prefix', 'ImplementationSpecific', ''), backend },
  { requiredKeys: ['backend'] },
);
const rule = fc.record(
  { host, http: fc.record({ paths: fc.array(pathRule, { minLength: 1, maxLength: 3 }) }) },
  { requiredKeys: [] },
);
const spec = fc.record(
  {
    ingressClassName: mostly(fc.constantFrom('skipper', ''), fc.constantFrom('nginx', 'skipper-test'), 4),
    defaultBackend: backend,
    rules: fc.array(rule, { maxLength: 3 }),
    tls: fc.array(fc.record({ hosts: fc.array(host, { maxLength: 2 }), secretName: fc.constantFrom('', 'cert') }), {
      maxLength: 1,
    }),
  },
  { requiredKeys: ['rules'] },
);

export const ingress: fc.Arbitrary<Json> = fc
  .record({
    namespace,
    name: objectName,
    annotations: ingressAnnotations,
    labels,
    spec: mostly(spec, fc.constant(null), 30),
  })
  .map(({ spec: ofIngress, ...metadata }) => ({ kind: 'Ingress', metadata, spec: ofIngress }));
