/** Gets a page of the guide; gives the commands in it with the outputs that the page promises. */

/** A ```console block: commands that share a shell. */
export interface Transcript {
  /** Of the block's first line in the page, from 1. */
  readonly line: number;
  readonly steps: readonly Step[];
}

interface Step {
  readonly command: string;
  /** With what it writes to standard error, and without the newline at its end. */
  readonly output: string;
}

/** Reads all blocks; a line with a command begins with `$ `. */
export function transcriptsIn(markdown: string): readonly Transcript[] {
  return [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].map(({ index, 1: body = '' }) => ({
    line: markdown.slice(0, index).split('\n').length,
    steps: body
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = '', ...output] = step.trimEnd().split('\n');
        return { command, output: output.join('\n') };
      }),
  }));
}

const mark = '--- end of a step ---';

/** A shell script that runs all steps, `$?` from one to the next, with `mark` behind the output of each. */
export function scriptOf({ steps }: Transcript): string {
  const lines = steps.map(({ command }) => `${command}\ncode=$?\nprintf '\\n%s\\n' '${mark}'\n(exit $code)`);
  return ['exec 2>&1', ...lines, ''].join('\n');
}

/** Takes the output of the script apart. */
export function outputsIn(output: string): readonly string[] {
  return output
    .split(`\n${mark}\n`)
    .slice(0, -1)
    .map((one) => one.trimEnd());
}
