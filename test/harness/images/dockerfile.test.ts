import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkout } from '../layout.ts';
import { carryOut } from './dockerfile.ts';
import type { BuildContext } from './dockerfile.ts';

const folder = mkdtempSync(join(tmpdir(), 'dockerfile-'));
after(() => {
  rmSync(folder, { recursive: true });
});
mkdirSync(join(folder, 'dist/bin'), { recursive: true });
writeFileSync(join(folder, 'dist/program.js'), 'x', { mode: 0o755 });
symlinkSync('../program.js', join(folder, 'dist/bin/program'));

const context: BuildContext = {
  folder,
  base: { reference: 'base:1', layers: [[{ path: 'base', kind: 'folder' }]], config: { Env: ['PATH=/bin'] } },
  args: { BASE_IMAGE: 'base:1' },
  reference: 'made:1',
};

test('what the Dockerfile copies and says lies on top of the base image', () => {
  const text = `# comment
ARG BASE_IMAGE=elsewhere
FROM \${BASE_IMAGE}
LABEL title="two words" short=one
COPY dist/ /usr/
ENV A=1 \\
    B="2 3"
USER 65534:65534
EXPOSE 80 81
CMD ["program"]
`;
  const image = carryOut(text, context);
  assert.deepEqual(image.config, {
    Env: ['PATH=/bin', 'A=1', 'B=2 3'],
    Labels: { title: 'two words', short: 'one' },
    User: '65534:65534',
    ExposedPorts: { '80/tcp': {}, '81/tcp': {} },
    Cmd: ['program'],
  });
  assert.deepEqual(
    image.layers.map((layer) => layer.map((entry) => [entry.path, entry.kind])),
    [
      [['base', 'folder']],
      [
        ['usr', 'folder'],
        ['usr/bin', 'folder'],
        ['usr/bin/program', 'symlink'],
        ['usr/program.js', 'file'],
      ],
    ],
  );
});

test('the Dockerfile of this repository can be carried out', () => {
  const { config } = carryOut(readFileSync(join(checkout, 'Dockerfile'), 'utf8'), context);
  assert.deepEqual([config.User, config.Cmd], ['65534:65534', ['routesrv']]);
});

const refused = {
  'RUN apk add curl': /RUN apk add curl.*install buildah/,
  'COPY dist/program.js /program.js': /COPY/,
  'COPY --chmod=755 dist/ /usr/': /COPY/,
  'CMD routesrv': /routesrv/,
  'FROM elsewhere': /asks for elsewhere/,
};
for (const [line, message] of Object.entries(refused)) {
  test(`"${line}" is refused rather than done differently`, () => {
    assert.throws(() => carryOut(line, context), message);
  });
}
