/**
 * Carries out our own Dockerfile where no builder runs: the instructions that only copy and describe.
 * Anything else is refused, so that the image never differs from the one that users build.
 */
import { join, posix } from 'node:path';
import { TestBedError } from '../errors.ts';
import { treeFrom } from './base-files.ts';
import type { Image, ImageConfig } from './oci-archive.ts';
import type { TarEntry } from './tar.ts';

/** What surrounds the build. */
export interface BuildContext {
  /** Where COPY copies from. */
  readonly folder: string;
  readonly base: Image;
  /** Values of build arguments. */
  readonly args: Readonly<Record<string, string>>;
  readonly reference: string;
}

interface State {
  readonly args: Map<string, string>;
  config: ImageConfig;
  readonly layers: TarEntry[][];
}

type Instruction = (state: State, words: string, context: BuildContext) => void;

const instructions: Readonly<Record<string, Instruction>> = {
  ARG(state, words, { args }) {
    const [name = '', fallback = ''] = words.split('=');
    state.args.set(name, args[name] ?? fallback);
  },
  FROM(state, words, { base }) {
    const wanted = words.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => state.args.get(name) ?? '');
    if (wanted !== base.reference) throw new TestBedError(`Dockerfile asks for ${wanted}, there is ${base.reference}`);
  },
  COPY(state, words, { folder }) {
    const [source, target, ...rest] = words.split(/\s+/);
    if (!source || !target?.endsWith('/') || rest.length > 0) throw refused(`COPY ${words}`);
    const path = posix.normalize(target).replaceAll(/^\/|\/$/g, '');
    state.layers.push(treeFrom(join(folder, source), path));
  },
  LABEL: (state, words) => (state.config = { ...state.config, Labels: { ...state.config.Labels, ...pairs(words) } }),
  ENV(state, words) {
    const added = Object.entries(pairs(words)).map(([name, value]) => `${name}=${value}`);
    state.config = { ...state.config, Env: [...(state.config.Env ?? []), ...added] };
  },
  USER: (state, words) => (state.config = { ...state.config, User: words }),
  EXPOSE(state, words) {
    const ports = Object.fromEntries(words.split(/\s+/).map((port) => [`${port}/tcp`, {}]));
    state.config = { ...state.config, ExposedPorts: { ...state.config.ExposedPorts, ...ports } };
  },
  CMD: (state, words) => (state.config = { ...state.config, Cmd: list(words) }),
  ENTRYPOINT: (state, words) => (state.config = { ...state.config, Entrypoint: list(words) }),
};

/** The image that the Dockerfile's text describes. @throws TestBedError for an instruction that runs something */
export function carryOut(dockerfile: string, context: BuildContext): Image {
  const state: State = { args: new Map(), config: context.base.config, layers: [] };
  const lines = dockerfile
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  for (const line of lines) {
    const [, name = '', words = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const instruction = instructions[name.toUpperCase()];
    if (!instruction) throw refused(line);
    instruction(state, words, context);
  }
  return { reference: context.reference, config: state.config, layers: [...context.base.layers, ...state.layers] };
}

function pairs(words: string): Record<string, string> {
  const matches = words.matchAll(/([\w.-]+)=(?:"([^"]*)"|(\S+))/g);
  return Object.fromEntries([...matches].map(([, name = '', quoted, bare = '']) => [name, quoted ?? bare]));
}

function list(words: string): string[] {
  const parsed: unknown = words.startsWith('[') ? JSON.parse(words) : undefined;
  if (Array.isArray(parsed) && parsed.every((word) => typeof word === 'string')) return parsed;
  throw refused(words); // the shell form needs a shell in the image
}

function refused(line: string): TestBedError {
  return new TestBedError(`Dockerfile: "${line}" cannot be carried out here: install buildah`);
}
