/** Gets a seed and a number of texts of YAML; asks Go's own readers what each means, and gives the first difference. */
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { goYamlValue, readGoYaml } from '../../src/api/index.ts';
import { readManifests } from '../harness/fixtures/manifests.ts';
import { Oracle, type YamlQuestion } from '../oracle/oracle.ts';
import { documentTexts, fixtureTexts } from './yaml-texts.ts';

export interface YamlParity {
  readonly texts: number;
  /** Texts that Go reads. */
  readonly taken: number;
  readonly difference: YamlDifference | undefined;
}

interface YamlDifference extends YamlQuestion {
  readonly go: unknown;
  readonly ours: unknown;
}

const questions: fc.Arbitrary<YamlQuestion> = fc.oneof(
  documentTexts.map((text) => ({ text, fixture: false })),
  fixtureTexts.map((text) => ({ text, fixture: true })),
);

const listNames: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  RouteGroup: 'routegroups',
  Service: 'services',
  Endpoints: 'endpoints',
  EndpointSlice: 'endpointslices',
  Secret: 'secrets',
};

/** What we make of a text, as JSON has it, for which 0 is -0; undefined when we refuse it. */
function ourReading({ text, fixture }: YamlQuestion): unknown {
  return inJson(fixture ? listsOf(text) : documentOf(text));
}

function inJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Of several documents, which only kubectl tells apart, Go's reader takes the first. */
function documentOf(text: string): unknown {
  const [document] = readGoYaml(text);
  const read = document === undefined ? { ok: true as const, value: null } : goYamlValue(document);
  return read.ok ? read.value : undefined;
}

function listsOf(text: string): unknown {
  try {
    const manifests = readManifests(text);
    const entries = Object.entries(listNames).map(([kind, list]) => {
      return [list, { items: manifests.filter((manifest) => manifest.kind === kind) }] as const;
    });
    return Object.fromEntries(entries);
  } catch {
    return undefined;
  }
}

export async function yamlParity({ texts, seed }: { texts: number; seed: number }): Promise<YamlParity> {
  const oracle = await Oracle.start('yaml');
  let taken = 0;
  try {
    for (const question of fc.sample(questions, { seed, numRuns: texts })) {
      const go = inJson(await oracle.askYaml(question));
      const ours = ourReading(question);
      if (go !== undefined) taken += 1;
      if (!isDeepStrictEqual(go, ours)) return { texts, taken, difference: { ...question, go, ours } };
    }
    return { texts, taken, difference: undefined };
  } finally {
    oracle.close();
  }
}
