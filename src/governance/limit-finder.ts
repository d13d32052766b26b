import type { InferenceRequest } from "#core/inference";
import type { Limit } from "#core/limit";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import type { Target } from "#core/target";
import type { HoldEntry } from "#ledger/ledger";
import { isHard, isLooseWindow } from "./limit-kinds";
import { principalLabel } from "./principal-label";
import { createTargetMatcher, type TargetMatcher } from "./target-matcher";

/** The limits that an attempt is held against, and what follows from them. */
export type Coverage = {
  readonly limits: readonly Limit[];
  /** Whether one of them counts money or tokens, so that it matters what the request may use. */
  readonly isMetered: boolean;
  /** Whether one of them, in money or tokens, must not be exceeded. */
  readonly isHard: boolean;
  /** Whether one of them counts tokens as they probably are. */
  readonly countsLikely: boolean;
  /** A hard budget in money: what it may cost must be known. */
  readonly hardMoney: Limit | undefined;
};

/** Everything about the caller that a hold needs, put together once per key and not per request. */
export type Principal = {
  readonly key: VirtualKey | undefined;
  /** The key's own, else its team's. */
  readonly customer: string | undefined;
  /** Of the virtual key's own slot; none without a key. */
  readonly keyEntries: readonly HoldEntry[];
  /** The label of its requests at an endpoint, by which recovery names them. */
  readonly labelFor: (inference: Pick<InferenceRequest, "dialect" | "endpoint">) => Uint8Array;
  /** Where its requests go undecided (answered without a provider): the limits that match any target. */
  readonly anywhere: Coverage;
  /** The limits that cover a target. */
  readonly covering: (target: Target) => Coverage;
};

export type PrincipalFinder = (key: VirtualKey | undefined, snapshot: Snapshot) => Principal;

/** What a principal was made of: another object in one of these places makes another principal. */
type Sources = Pick<Snapshot, "limits"> & { readonly team: object | undefined; readonly customer: object | undefined };

/** Targets remembered per principal: more than any configuration has, and a bound for model names that clients make up. */
const maxRemembered = 256;
const nothing: Coverage = { limits: [], isMetered: false, isHard: false, countsLikely: false, hardMoney: undefined };

/** Finds principals; remembers each as long as its key, team, customer and the gateway's limits stay as they are. */
export function createPrincipalFinder(): PrincipalFinder {
  const matcher = createTargetMatcher();
  const remembered = new WeakMap<object, Sources & { readonly principal: Principal }>();
  const keyless = {};

  return (key, snapshot) => {
    const { limits } = snapshot;
    const team = key?.team === undefined ? undefined : snapshot.teams.get(key.team);
    const customerName = key?.customer ?? team?.customer;
    const customer = customerName === undefined ? undefined : snapshot.customers.get(customerName);
    const known = remembered.get(key ?? keyless);
    if (known !== undefined && known.team === team && known.customer === customer && known.limits === limits) {
      return known.principal;
    }
    const own = [...(key?.limits ?? []), ...(team?.limits ?? []), ...(customer?.limits ?? []), ...limits];
    const principal = createPrincipal(key, customerName, own, matcher);
    remembered.set(key ?? keyless, { team, customer, limits, principal });
    return principal;
  };
}

function createPrincipal(
  key: VirtualKey | undefined,
  customer: string | undefined,
  all: readonly Limit[],
  matcher: TargetMatcher,
): Principal {
  const limits = all.filter(({ match }) => hasTags(key, match.tags));
  const anywhere = coverageOf(limits.filter(({ match }) => !isTargeted(match)));
  return {
    key,
    customer,
    keyEntries: key === undefined ? [] : [{ slot: key.slot.index, tag: key.slot.tag, period: 0, amount: 1 }],
    labelFor: rememberLabels(key, customer),
    anywhere,
    covering: limits.length === anywhere.limits.length ? () => anywhere : remember(limits, matcher),
  };
}

/** An endpoint has one dialect, and there are few of both. */
function rememberLabels(key: VirtualKey | undefined, customer: string | undefined): Principal["labelFor"] {
  const known = new Map<string, Uint8Array>();
  return (inference) => {
    let label = known.get(inference.endpoint);
    if (label === undefined) {
      label = principalLabel(key, customer, inference);
      known.set(inference.endpoint, label);
    }
    return label;
  };
}

function remember(limits: readonly Limit[], matcher: TargetMatcher): (target: Target) => Coverage {
  const known = new Map<string, Coverage>();
  return (target) => {
    const name = `${target.provider.id}/${target.model}#${target.key.name}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    const coverage = coverageOf(limits.filter(({ match }) => matcher(match, target)));
    if (known.size >= maxRemembered) known.clear();
    known.set(name, coverage);
    return coverage;
  };
}

/** Whether a limit counts only some targets, and so every attempt there instead of the request. */
export function isTargeted({ model, provider, providerKey }: Limit["match"]): boolean {
  return model !== undefined || provider !== undefined || providerKey !== undefined;
}

function coverageOf(limits: readonly Limit[]): Coverage {
  if (limits.length === 0) return nothing;
  return {
    limits,
    isMetered: limits.some(({ unit }) => unit !== "requests"),
    isHard: limits.some(isHard),
    countsLikely: limits.some(isLooseWindow),
    hardMoney: limits.find((limit) => limit.kind === "budget" && limit.mode === "hard" && limit.unit === "nanodollars"),
  };
}

function hasTags(key: VirtualKey | undefined, tags: Limit["match"]["tags"]): boolean {
  return tags === undefined || Object.entries(tags).every(([name, value]) => key?.tags[name] === value);
}
