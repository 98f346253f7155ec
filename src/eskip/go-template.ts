/** Gets a replacement text and a match; gives the text with the match's groups in it. Source: Go 1.27, `regexp` (Expand). */

/** `$name`, `${name}` or `$$`; the name is the longest run of letters, digits and underscores. */
const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

/**
 * The template with each reference replaced by what its group matched, `''` for a group that is unknown or took no
 * part. `groupNames[i]` names group `i`, `''` when it has no name. A dollar sign that begins no reference stays.
 */
export function expandTemplate(
  template: string,
  match: readonly (string | undefined)[],
  groupNames: readonly string[],
): string {
  return template.replace(reference, (whole, plain: string | undefined, braced: string | undefined) => {
    if (whole === '$$') return '$';
    const name = plain ?? braced ?? '';
    // A number without leading zeros counts groups; anything else is a name, even $1x.
    if (/^(?:0|[1-9]\d{0,8})$/.test(name)) return match[Number(name)] ?? '';
    const group = groupNames.findIndex((groupName, i) => groupName === name && match[i] !== undefined);
    return match[group] ?? '';
  });
}
