/** Asks Skipper and the balancer what they hash for the same requests: gets how many, gives the first difference. */
import { keyRule } from '../../src/balancer/index.ts';
import type { KeyRequest } from '../../src/balancer/index.ts';
import { Oracle } from '../oracle/oracle.ts';
import { seeded } from '../support/seeded.ts';

export interface KeyParity {
  readonly requests: number;
  /** Requests that a server of Go reads at all. */
  readonly read: number;
  /** The first request for which the keys differ. */
  readonly difference?: KeyDifference;
}

interface KeyDifference {
  readonly sent: Sent;
  readonly skipper: string;
  readonly ours: string;
}

/** Bytes as one character each, but for the template. */
interface Sent {
  readonly template: string | null;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly remoteAddr: string;
}

const placeholders = [
  ...['method', 'host', 'path', 'rawQuery', 'source', 'sourceFromLast', 'clientIP', 'nothing', 'header.', 'query.'],
  ...['header.X-A', 'header.x-a', 'header.Host', 'header.X-Ü', 'query.q', 'query.ü', 'query.a b', 'query.q+'],
  ...['cookie.id', 'cookie.a b', 'cookie.', 'cookie.ID', 'cookie.i(d'],
].map((name) => `\${request.${name}}`);
const words = ['', 'a', 'ü', '€', ' ', '$', '${', '}', '${}', '{x}', '-', '😀', '${response.header.A}', '${toString}'];
const targets = [
  '/',
  '//',
  '/a',
  '%20',
  '%C3%BC',
  '%zz',
  '%2',
  '?',
  '&',
  '=',
  'q',
  'q=',
  'q=1',
  ';',
  '+',
  '#',
  'Ã¼',
  'Ã',
  ' ',
];
const pairs = [
  'id=a',
  'id',
  'id=',
  'id="a b"',
  'id="',
  'id=""',
  'id=a\\b',
  'id=Ã¼',
  'i(d=1',
  'a b=1',
  'ID=2',
  '=3',
  ' id = 4',
  '\u00a0id=5',
  '',
  '\tid=6\t',
  '"id"=7',
];
const addresses = [
  ...[
    '1.2.3.4',
    '01.2.3.4',
    '1.2.3',
    '1.2.3.4:80',
    '1.2.3.4:',
    ':80',
    '',
    ' ',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '\u00a05.6.7.8',
  ],
  ...[
    '::1',
    '[::1]',
    '[::1]:80',
    '[::1]:',
    '::ffff:1.2.3.4',
    '[::ffff:1.2.3.4]:1',
    '2001:DB8:0:0:1:0:0:1',
    'fe80::1%e',
    '1::',
  ],
  ...[
    '[1.2.3.4]:80',
    '[1.2.3.4',
    '1.2.3.4]:80',
    'a:b:c',
    '::1:80',
    'unknown',
    '1.2.3.4:80:90',
    '[]:80',
    '0:0:0:0:0:0:0:0',
  ],
  ...['::1.2.3.4', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:1.2.3.4', '64:ff9b::1.2.3.4', '00001::', '\u0085::1', '1.2.3.4%e'],
];

const methods = ['GET', 'POST', 'BREW'];
const method = (sent: Sent): string => methods[sent.target.length % methods.length] ?? 'GET';
const host = 'shop.example.org:8080';

export async function keyParity({ requests, seed }: { requests: number; seed: number }): Promise<KeyParity> {
  const random = seeded(seed);
  const oracle = await Oracle.start('keys');
  let read = 0;
  try {
    for (let i = 0; i < requests; i++) {
      const sent = anything(random);
      const skipper = await oracle.askKey({ ...sent, request: wireForm(sent) });
      if (skipper === undefined) continue;
      read++;
      const ours = keyRule(sent.template ?? undefined).keyOf(asReceived(sent));
      if (ours !== skipper) return { requests: i + 1, read, difference: { sent, skipper, ours } };
    }
  } finally {
    oracle.close();
  }
  return { requests, read };
}

function anything(random: () => number): Sent {
  const below = (limit: number): number => Math.floor(random() * limit);
  const one = (of: readonly string[]): string => of[below(of.length)] ?? '';
  const some = (of: readonly string[], most: number): readonly string[] =>
    Array.from({ length: below(most + 1) }, () => one(of));
  const text = (of: readonly string[], most: number): string => some(of, most).join('');
  const header = (name: string, value: string): readonly (readonly [string, string])[] =>
    random() < 0.6 ? [[name, value]] : [];
  const template = Array.from({ length: 1 + below(3) }, () => one(words) + one(placeholders)).join('') + one(words);
  return {
    template: random() < 0.15 ? null : template,
    target: `/${text(targets, 8)}`,
    headers: [
      ...header('X-A', text(['a', 'Ã¼', 'ÿ', '$&', '${request.method}', ' ', '\t', '\u00a0'], 4)),
      ...header('X-Forwarded-For', [one(addresses), ...some(addresses, 2)].join(one([',', ', ', ',\u00a0']))),
      ...header('Cookie', some(pairs, 4).join(one(['; ', ';', ' ; ']))),
    ],
    remoteAddr: random() < 0.5 ? '10.0.0.9:4711' : one(addresses).trim(),
  };
}

/** As a client writes it to the connection. */
function wireForm(sent: Sent): string {
  const { target, headers } = sent;
  const lines = [`${method(sent)} ${target} HTTP/1.1`, `Host: ${host}`, ...headers.map((pair) => pair.join(': '))];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** As Node hands it out: without the spaces around values. */
function asReceived(sent: Sent): KeyRequest {
  const { target, headers, remoteAddr: remoteAddress } = sent;
  const byName = new Map(headers.map(([name, value]) => [name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')]));
  return { method: method(sent), host, target, remoteAddress, header: (name) => byName.get(name) };
}
