import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortCompileArgs } from './compile-args.ts';

const cases: Readonly<Record<string, readonly [string, { own: string; routeServer: string }]>> = {
  'flags of the route server are taken out of the options': [
    '-f a.yaml -kubernetes-force-service --strict',
    { own: '-f a.yaml --strict', routeServer: '-kubernetes-force-service' },
  ],
  'a value goes with its flag': [
    '-kubernetes-path-mode path-prefix -f a.yaml',
    { own: '-f a.yaml', routeServer: '-kubernetes-path-mode path-prefix' },
  ],
  'a switch leaves the next word alone': ['-kubernetes a.yaml', { own: 'a.yaml', routeServer: '-kubernetes' }],
  'a value that is assigned needs no next word': [
    '--kubernetes-path-mode=path-prefix a.yaml',
    { own: 'a.yaml', routeServer: '--kubernetes-path-mode=path-prefix' },
  ],
  'a flag that begins like an option is a flag': [
    '-forward-backend-url=http://a -oauth2-callback-path /b -f -',
    { own: '-f -', routeServer: '-forward-backend-url=http://a -oauth2-callback-path /b' },
  ],
  'the flags that only our route server has are taken, too': [
    '-publish-interval 2s -source=poll -f a',
    { own: '-f a', routeServer: '-publish-interval 2s -source=poll' },
  ],
  'a mistyped flag goes where it is called one': [
    '-kubernetes-path-mod=x -f a',
    { own: '-f a', routeServer: '-kubernetes-path-mod=x' },
  ],
  'options may be short, long and glued': [
    '-ojson --output=json -R --problems -n shop',
    { own: '-ojson --output=json -R --problems -n shop', routeServer: '' },
  ],
  'a flag without its value is left for the reader of flags': [
    '-f a -kubernetes-path-mode',
    { own: '-f a', routeServer: '-kubernetes-path-mode' },
  ],
};

for (const [name, [line, want]] of Object.entries(cases)) {
  test(name, () => {
    const { own, routeServer } = sortCompileArgs(line.split(' '));
    assert.deepEqual({ own: own.join(' '), routeServer: routeServer.join(' ') }, want);
  });
}
