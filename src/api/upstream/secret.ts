/**
 * Gets the JSON of a core/v1 Secret, gives only whether it could serve as a TLS certificate.
 *
 * The contents are looked at here and dropped at once: what is not kept cannot end up in a log or in a message.
 */

import { namespaceOrDefault } from './metadata.ts';
import { decoding, fieldOf, readOptionalRecord, readText, readTextMap, type DecodeProblem } from './reading.ts';

/** State of one entry of a Secret's `data`. */
export type SecretEntry = 'missing' | 'not base64' | 'not PEM' | 'present';

export interface TlsSecret {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** State of `tls.crt`. */
  readonly certificate: SecretEntry;
  /** State of `tls.key`. */
  readonly key: SecretEntry;
}

function entryOf(data: ReadonlyMap<string, string>, name: string): SecretEntry {
  const encoded = data.get(name) ?? '';
  if (encoded === '') return 'missing';
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(encoded) || encoded.replaceAll(/\s/g, '').length % 4 !== 0) {
    return 'not base64';
  }
  return atob(encoded).includes('-----BEGIN ') ? 'present' : 'not PEM';
}

/** Decodes one Secret as a list or a watch delivers it. */
export function decodeSecret(raw: unknown): TlsSecret | DecodeProblem {
  return decoding('Secret', raw, (object, ref) => {
    const data = readTextMap(readOptionalRecord(fieldOf(object, 'data'), 'data'), 'data');
    return {
      namespace: namespaceOrDefault(ref.namespace),
      name: ref.name,
      type: readText(fieldOf(object, 'type'), 'type'),
      certificate: entryOf(data, 'tls.crt'),
      key: entryOf(data, 'tls.key'),
    };
  });
}
