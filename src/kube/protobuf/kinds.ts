/**
 * Gives, for kinds of which there are many, the messages of their objects, as far as routes are made of them.
 *
 * Source: `generated.proto` in k8s.io/api (core/v1, networking/v1, discovery/v1) and k8s.io/apimachinery (meta/v1).
 */
import { Message } from './message.ts';
import type { Field } from './message.ts';

const text = (name: string): Field => ({ name, type: 'text' });
const int = (name: string): Field => ({ name, type: 'int' });
const boolean = (name: string): Field => ({ name, type: 'boolean' });
const textMap = (name: string): Field => ({ name, type: 'textMap' });
const texts = (name: string): Field => ({ name, type: 'text', isList: true });
const one = (name: string, fields: Readonly<Record<number, Field>>): Field => ({ name, type: new Message(fields) });
const many = (name: string, fields: Readonly<Record<number, Field>>): Field => ({ ...one(name, fields), isList: true });

const identity = { 1: text('name'), 3: text('namespace'), 5: text('uid'), 6: text('resourceVersion') };
const labels = { 11: textMap('labels') };
const annotations = { 12: textMap('annotations') };

const backend = {
  4: one('service', { 1: text('name'), 2: one('port', { 1: text('name'), 2: int('number') }) }),
};
const httpPath = { 1: text('path'), 2: one('backend', backend), 3: text('pathType') };
const ruleValue = new Message({ 1: one('http', { 1: many('paths', httpPath) }) });

/** What is read of an object in protobuf; the rest of it is neither decoded nor kept. */
export const messages = {
  Ingress: new Message({
    1: one('metadata', { ...identity, ...labels, ...annotations }),
    2: one('spec', {
      1: one('defaultBackend', backend),
      2: many('tls', { 1: texts('hosts'), 2: text('secretName') }),
      3: many('rules', { 1: text('host'), 2: { name: 'ingressRuleValue', type: ruleValue, isInline: true } }),
      4: text('ingressClassName'),
    }),
  }),
  Service: new Message({
    1: one('metadata', identity),
    2: one('spec', {
      1: many('ports', { 1: text('name'), 3: int('port'), 4: { name: 'targetPort', type: 'intOrString' } }),
      4: text('type'),
      10: text('externalName'),
    }),
  }),
  Endpoints: new Message({
    1: one('metadata', identity),
    2: many('subsets', {
      1: many('addresses', { 1: text('ip') }),
      3: many('ports', { 1: text('name'), 2: int('port'), 3: text('protocol'), 4: text('appProtocol') }),
    }),
  }),
  EndpointSlice: new Message({
    1: one('metadata', { ...identity, ...labels }),
    2: many('endpoints', {
      1: texts('addresses'),
      2: one('conditions', { 1: boolean('ready'), 2: boolean('serving'), 3: boolean('terminating') }),
      7: text('zone'),
    }),
    3: many('ports', { 1: text('name'), 2: text('protocol'), 3: int('port'), 4: text('appProtocol') }),
  }),
};

/** A refusal. */
export const statusMessage = new Message({
  3: text('message'),
  4: text('reason'),
  5: one('details', { 4: many('causes', { 1: text('reason'), 3: text('field') }), 5: int('retryAfterSeconds') }),
  6: int('code'),
});
