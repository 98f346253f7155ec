/**
 * Gets Skipper's flags; gives those by which its metrics hide errors that moved Skippers are judged by.
 *
 * Source: Skipper v0.27.65 `skipper.go` and `metrics/codahale.go`. Which metrics are read: `operator/errors`.
 */
import type { ParsedFlagArgs } from '../api/index.ts';
import { flagValue, isOn } from './derive-flags.ts';
import type { FlagRemark } from './types.ts';

const defaultPrefix = 'skipper.';

/** What is not counted, and which flag changes that; empty when all errors are. */
export function hiddenErrors(parsed: Pick<ParsedFlagArgs, 'flags'>): readonly FlagRemark[] {
  const flavours = flavoursOf(parsed);
  if (flavours.includes('codahale')) return hiddenInCodahale(parsed);
  if (flavours.includes('prometheus')) return [];
  return [
    { flag: 'metrics-flavour', reason: 'is otel alone: no errors are counted; add prometheus or codahale to it' },
  ];
}

// Asked for it, Skipper answers in this flavour where it has several.
function hiddenInCodahale(parsed: Pick<ParsedFlagArgs, 'flags'>): readonly FlagRemark[] {
  const prefix = flagValue(parsed, 'metrics-prefix') ?? defaultPrefix;
  if (prefix !== defaultPrefix) {
    const reason = `is not ${defaultPrefix} in the flavour codahale: no errors are counted; take it away, or use the flavour prometheus alone`;
    return [{ flag: 'metrics-prefix', reason }];
  }
  if (!isOn(parsed, 'disable-metrics-compat') || isOn(parsed, 'route-backend-error-counters')) return [];
  const reason =
    'without -route-backend-error-counters: requests that a backend did not answer are not counted; add that flag';
  return [{ flag: 'disable-metrics-compat', reason }];
}

function flavoursOf(parsed: Pick<ParsedFlagArgs, 'flags'>): readonly string[] {
  const named = (flagValue(parsed, 'metrics-flavour') ?? '').split(',').map((flavour) => flavour.trim());
  const known = [
    ...named.filter((flavour) => ['codahale', 'prometheus', 'otel'].includes(flavour)),
    ...(isOn(parsed, 'enable-prometheus-metrics') ? ['prometheus'] : []),
  ];
  return known.length === 0 ? ['codahale'] : known;
}
