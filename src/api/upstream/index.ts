/** Kinds of Kubernetes and Skipper that we read and never write: types, and decoders at the border. */
export { isDecodeProblem, type DecodeProblem, type ObjectRef } from './reading.ts';
export { isKeptAnnotation, namespaceOrDefault, type Metadata } from './metadata.ts';
export {
  decodeIngress,
  type Ingress,
  type IngressBackend,
  type IngressPath,
  type IngressRule,
  type IngressServicePort,
  type IngressSpec,
  type TlsHosts,
} from './ingress.ts';
export {
  decodeRouteGroup,
  type BackendReference,
  type RouteGroup,
  type RouteGroupBackend,
  type RouteGroupRoute,
  type RouteGroupSpec,
} from './route-group.ts';
export { decodeService, type Service, type ServicePort } from './service.ts';
export { decodeEndpoints, type EndpointPort, type Endpoints, type EndpointSubset } from './endpoints.ts';
export {
  decodeEndpointSlice,
  serviceNameLabel,
  type EndpointSlice,
  type SliceEndpoint,
  type SlicePort,
} from './endpoint-slice.ts';
export { decodeSecret, type SecretEntry, type TlsSecret } from './secret.ts';
export * from './skipper-flags.ts';
export { expectedForm, readSkipperConfigFile, settingTexts, type FileSetting } from './skipper-config-file.ts';
export { goYamlValue, readGoYaml } from './go-yaml.ts';
