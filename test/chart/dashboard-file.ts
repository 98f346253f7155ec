/** The dashboard of the chart: its file, and what Grafana's published types say against one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import type { Dashboard, ShownPanel } from './dashboard-shape.ts';
import { CHART } from './chart.ts';

export const text = readFileSync(`${CHART}/files/dashboard.json`, 'utf8');

export const dashboard = JSON.parse(text) as Dashboard;

/** Panels with queries, without the rows between them. */
export const panels: readonly ShownPanel[] = dashboard.panels.filter(
  (panel): panel is ShownPanel => 'targets' in panel,
);

/** A query as Grafana sends it while everything is selected. */
export function withVariables(expr: string): string {
  return expr.replaceAll(/\$(?:namespace|name)\b/g, '.*').replaceAll('$__rate_interval', '5m');
}

/** The query by which a variable gets its values; `''` of one that asks for none. */
export function queryOf({ query }: Dashboard['templating']['list'][number]): string {
  return typeof query === 'object' && typeof query['query'] === 'string' ? query['query'] : '';
}

const checked = resolve(import.meta.dirname, 'dashboard-under-test.ts');
const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2024.d.ts'],
  types: [],
};

/** What TypeScript says against each text of JSON as a dashboard of Grafana; `[]` when nothing. */
export function complaints(texts: readonly string[]): readonly (readonly string[])[] {
  // One program for all: most of its time goes into reading the types. A line each, so that a line tells which one.
  const lines = texts.map((text, index) => `export const d${index}: Dashboard = ${JSON.stringify(JSON.parse(text))};`);
  const source = [...lines, "import type { Dashboard } from './dashboard-shape.ts';"].join('\n');
  const host = ts.createCompilerHost(options);
  const readFile = (file: string) => (file === checked ? source : ts.sys.readFile(file));
  const program = ts.createProgram([checked], options, {
    ...host,
    readFile,
    fileExists: (file) => file === checked || ts.sys.fileExists(file),
    getSourceFile: (file, version) => ts.createSourceFile(file, readFile(file) ?? '', version),
  });
  const found = texts.map((): string[] => []);
  for (const { start = 0, file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    found[line]?.push(ts.flattenDiagnosticMessageText(messageText, '\n'));
  }
  return found;
}
