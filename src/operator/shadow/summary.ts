/** Gets a settled comparison, gives one sentence for conditions and for the gate that holds because of it. Pure. */
import { agreeing, counted } from '../../api/index.ts';
import type { Settlement } from '../../shadow/index.ts';

export function summaryOf({ verdict, comparison, inconclusive }: Settlement): string {
  if (verdict === 'Inconclusive') return inconclusive?.message ?? 'no table was compared yet';
  if (comparison === undefined) return 'confirmed by an earlier comparison';
  // No number of routes here: it changes all the time in a large cluster, and each change would write the status.
  const { added, removed, changed, rejected, tolerated } = comparison.counts;
  if (verdict === 'InSync') {
    const aside = [
      ...(tolerated > 0 ? [`${tolerated} ${agreeing(tolerated, 'differs and is', 'differ and are')} tolerated`] : []),
      ...(rejected > 0 ? [`${rejected} ${agreeing(rejected, 'is', 'are')} rejected by Skipper`] : []),
    ];
    return ['the tables agree', ...aside].join(', ');
  }
  const [first] = comparison.samples;
  const sample = first === undefined ? '' : `; first: ${first.routeId}: ${first.difference}`;
  return `${counted(removed, 'route')} missing, ${added} extra, ${changed} changed${sample}`;
}
