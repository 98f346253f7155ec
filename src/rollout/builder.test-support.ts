/** Builds observations for the tests of this room: a healthy world in mode False, changed word by word. */
import type { CompanionSeen, FailureMemory, FleetSeen, Observation, PodCounts, Remembered } from './observation.ts';
import type { RouteServerSeen, SentinelsSeen, ShadowSeen, Soak, Wish } from './observation.ts';
import { unheard } from './observation.ts';
import { layoutOf } from './layout.ts';

export const T0 = Date.UTC(2026, 0, 31, 9, 0, 0);
export const minutes = (count: number): number => count * 60_000;

const wish: Wish = {
  mode: 'False',
  percentage: 100,
  suspended: false,
  inSyncForMs: minutes(10),
  freshnessBudgetMs: minutes(2),
  steps: [100],
  stepSoakMs: minutes(10),
  bakeMs: minutes(60),
  approval: 'Automatic',
  uncountedErrors: 'Hold',
  approvedGeneration: undefined,
  fallback: { enabled: false, afterMs: minutes(1), maxDirectPollers: 180, acknowledgedMs: undefined },
  fieldsNotActedOn: [],
  tierKnown: true,
};
const directFleet: FleetSeen = {
  wiring: 'Direct',
  replicas: 3,
  rolledOut: true,
  pods: { total: 3, direct: 3, routeServer: 0 },
  primary: { total: 3, direct: 3, routeServer: 0 },
  unschedulable: undefined,
  broken: undefined,
  unsupportedFlags: [],
  wiredField: 'args',
  argsManagers: [],
  rolloutWarnings: [],
  flagWarnings: [],
  uncountedErrors: [],
  movedTemplate: 'a-template',
  convergence: undefined,
  errors: undefined,
};
const noRouteServer: RouteServerSeen = {
  present: false,
  rolledOut: false,
  readyReplicas: 0,
  trouble: undefined,
  answers: false,
  probeFailure: undefined,
  ...unheard,
};
const absent = { present: false, ready: false, current: false };

const direct = (count: number): PodCounts => ({ total: count, direct: count, routeServer: 0 });
const fed = (count: number): PodCounts => ({ total: count, direct: 0, routeServer: count });

/** An observation under construction; every method gives a changed copy. */
export class World {
  readonly seen: Observation;

  constructor(seen: Observation) {
    this.seen = seen;
  }

  with(change: Partial<Observation>): World {
    return new World({ ...this.seen, ...change });
  }
  wishing(change: Partial<Wish>): World {
    return this.with({ wish: { ...this.seen.wish, ...change } });
  }
  remembering(change: Partial<Observation['remembered']>): World {
    return this.with({ remembered: { ...this.seen.remembered, ...change } });
  }
  fleet(change: Partial<FleetSeen>): World {
    return this.with({ fleet: { ...(this.seen.fleet ?? directFleet), ...change } });
  }
  routeServer(change: Partial<RouteServerSeen>): World {
    return this.with({ routeServer: { ...this.seen.routeServer, ...change } });
  }
  sentinels(change: Partial<SentinelsSeen>): World {
    return this.with({ sentinels: { ...this.seen.sentinels, ...change } });
  }
  shadow(verdict: ShadowSeen['verdict'], sinceMs = T0, template: string | undefined = 'a-template'): World {
    return this.with({ shadow: { verdict, sinceMs, summary: `tables are ${verdict}`, template } });
  }

  /** A companion that is rolled out, changed field by field. */
  beside(source: 'fed' | 'direct', change: Partial<CompanionSeen>): World {
    const replicas = change.replicas ?? 1;
    const pods = source === 'fed' ? fed(replicas) : direct(replicas);
    const companion = {
      replicas,
      ready: replicas,
      rolledOut: true,
      pods,
      step: 1,
      unschedulable: undefined,
      broken: undefined,
      ...change,
    };
    return this.with({ companions: { ...this.seen.companions, [source]: companion } });
  }
  without(source: 'fed' | 'direct'): World {
    return this.with({ companions: { ...this.seen.companions, [source]: undefined } });
  }
  soaked(change: Partial<Soak>): World {
    return this.remembering({ soak: { step: 1, sinceMs: T0, template: 'a-template', ...change } });
  }
  failing(change: Partial<FailureMemory>): World {
    const failure = { reason: 'RouteServerGone', message: 'it is gone', sinceMs: T0, generation: 1 } as const;
    return this.remembering({ failure: { ...failure, fellBackMs: undefined, ...change } });
  }
  /** In Exec, laid out for `step` with a fleet of `replicas`, in sync for long. */
  atStep(step: number, replicas = 6): World {
    const layout = layoutOf(step, replicas);
    const isFed = layout.primary === 'RouteServer';
    const [fedBeside, directBeside] = [layout.fed ?? 0, layout.direct ?? 0];
    const primary = isFed ? fed(replicas) : direct(replicas);
    const pods = {
      total: replicas + fedBeside + directBeside,
      direct: primary.direct + directBeside,
      routeServer: primary.routeServer + fedBeside,
    };
    const world = this.shadowing()
      .wishing({ mode: 'Exec', steps: [1, 10, 50, 100] })
      .shadow('InSync', T0 - minutes(60))
      .remembering({ effectiveMode: 'Exec' })
      .fleet({ wiring: isFed ? 'RouteServer' : 'Direct', replicas, primary, pods });
    const beside = layout.fed === undefined ? world : world.beside('fed', { replicas: layout.fed, step });
    return layout.direct === undefined ? beside : beside.beside('direct', { replicas: layout.direct, step });
  }

  /** The route server runs and answers, a fed sentinel stands beside it. */
  shadowing(): World {
    return this.routeServer({ present: true, rolledOut: true, readyReplicas: 2, answers: true })
      .sentinels({ fed: { present: true, ready: true, current: true } })
      .remembering({ effectiveMode: 'Pre' });
  }
  /** Shadowing, and every Skipper reads from the route server. */
  moved(): World {
    return this.shadowing()
      .fleet({ wiring: 'RouteServer', rolledOut: true, pods: fed(3), primary: fed(3) })
      .sentinels({ fed: absent, direct: { present: true, ready: true, current: true } })
      .remembering({ effectiveMode: 'Exec' });
  }
}

/** What a config without a status is remembered by. */
export const nothing: Remembered = {
  effectiveMode: 'False',
  rewirings: 0,
  bake: undefined,
  soak: undefined,
  failure: undefined,
  staleSinceMs: undefined,
};

export const aWorld = (): World =>
  new World({
    generation: 1,
    deleting: false,
    wish,
    remembered: nothing,
    fleet: directFleet,
    fleetProblem: undefined,
    routeServer: noRouteServer,
    sentinels: { fed: absent, direct: absent },
    companions: { fed: undefined, direct: undefined },
    shadow: undefined,
  });
