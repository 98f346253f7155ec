/**
 * Gives the types of the dashboard's JSON, made of those that Grafana publishes (`@grafana/schema`, generated from its
 * own schemas): the dashboard itself, and for each kind of panel that we use its options and its fields.
 */
import type { TableOptions } from '@grafana/schema';
import type * as timeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as series from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type * as grafana from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';

/** As JSON has it: TypeScript tells members of enums from their values, a file cannot. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends number
    ? PlainNumber<T>
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: Plain<T[Key]> }
        : T;
type PlainNumber<T extends number> = number extends T
  ? T
  : `${T}` extends `${infer Value extends number}`
    ? Value
    : never;

/** A query of the Prometheus data source, whose schema is not among the published ones. */
export interface PrometheusQuery {
  readonly refId: string;
  readonly datasource: { readonly type: 'prometheus'; readonly uid: '${datasource}' };
  readonly editorMode: 'code';
  readonly expr: string;
  readonly legendFormat?: string;
  readonly format: 'table' | 'time_series';
  readonly instant: boolean;
  readonly range: boolean;
}

type PlainPanel = Plain<Omit<grafana.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'>>;
type FieldSource = grafana.FieldConfigSource;

/** A panel of one kind: what a table may say of itself, a chart may not. */
interface PanelOf<Type extends string, Options, Field> extends PlainPanel {
  readonly type: Type;
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly gridPos: Plain<NonNullable<grafana.Panel['gridPos']>>;
  readonly options: Plain<Options>;
  readonly fieldConfig: {
    readonly defaults: Plain<Omit<FieldSource['defaults'], 'custom'>> & {
      readonly unit: string;
      readonly custom?: Plain<Field>;
    };
    readonly overrides: Plain<FieldSource['overrides']>;
  };
  readonly targets: readonly PrometheusQuery[];
}

export type ShownPanel =
  | PanelOf<'table', TableOptions, Partial<table.FieldConfig>>
  | PanelOf<'timeseries', series.Options, series.FieldConfig>
  | PanelOf<'state-timeline', timeline.Options, timeline.FieldConfig>;

/** What the file in the chart has to be. */
export interface Dashboard extends Plain<Omit<grafana.Dashboard, 'panels' | 'templating'>> {
  readonly uid: string;
  readonly templating: { readonly list: readonly Plain<grafana.VariableModel>[] };
  readonly panels: readonly (ShownPanel | Plain<grafana.RowPanel>)[];
}
