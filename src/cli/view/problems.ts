/** Gets problems; gives lines for a person, or the same as JSON for a program. */
import { counted } from '../../api/index.ts';
import type { LocatedProblem } from '../manifest/located-problem.ts';
import { describePlace } from '../manifest/read-manifests.ts';

/** One line each, in the form of a compiler's so that editors and CI make links of it. */
export function problemLines(problems: readonly LocatedProblem[]): string {
  return inOrder(problems)
    .map((problem) => `${problemLine(problem)}\n`)
    .join('');
}

function problemLine({ place, severity, object, field, message, code }: LocatedProblem): string {
  const { kind, namespace, name } = object;
  const where = place === undefined ? '' : `${describePlace(place)}: `;
  const what = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
  // A message may quote an annotation of several lines.
  const told = message.replaceAll(/\s*\n\s*/g, ' ');
  return `${where}${wordFor[severity]}: ${what}: ${field === undefined ? '' : `${field}: `}${told} [${code}]`;
}

/** What a severity is called here. */
const wordFor = { error: 'error', info: 'note' } as const;

/** How many there are, such as `2 errors, 1 note`. */
export function problemCount(problems: readonly LocatedProblem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const notes = problems.length - errors;
  return [counted(errors, 'error'), ...(notes > 0 ? [counted(notes, 'note')] : [])].join(', ');
}

/** For JSON: flat, with the place's fields beside the others; absent where there is no place. */
export function problemValues(problems: readonly LocatedProblem[]): readonly object[] {
  return inOrder(problems).map(({ place, object, field, code, severity, message }) => ({
    ...place,
    ...object,
    ...(field === undefined ? {} : { field }),
    code,
    severity,
    message,
  }));
}

/** By file and line; what has no place comes last. */
function inOrder(problems: readonly LocatedProblem[]): readonly LocatedProblem[] {
  return problems.toSorted((a, b) => {
    if (a.place === undefined || b.place === undefined)
      return Number(a.place === undefined) - Number(b.place === undefined);
    if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
    return a.place.line - b.place.line;
  });
}
