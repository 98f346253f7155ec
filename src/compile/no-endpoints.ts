/** What a route becomes whose Service has no endpoints: a 502 that says so, in place of a connection error. */

import type { Backend, Filter } from '../eskip/index.ts';
import { call } from './draft.ts';

export const noEndpoints: { readonly backend: Backend; readonly filters: readonly Filter[] } = {
  backend: { type: 'shunt' },
  filters: [call('status', 502), call('inlineContent', 'no endpoints')],
};
