/** Gets the text of `--contexts`; gives the names in it. */
import { Option } from 'commander';
import { Failure } from '../failure.ts';

/** `--contexts a,b,c` */
export function contextsOption(): Option {
  return new Option('--contexts <names>', 'contexts of the kubeconfig, one per cluster, comma separated').argParser(
    (text) => {
      const names = text.split(',').map((name) => name.trim());
      if (names.some((name) => name === ''))
        throw new Failure(`--contexts: expected names, found ${JSON.stringify(text)}`);
      return [...new Set(names)];
    },
  );
}
