import type { FileEntries } from "#config/file-entries";
import type { LimitsConfig } from "#config/limit-schema";
import type { Path, Problem } from "#config/problem";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import { dialects } from "#dialects/registry";
import { compileGlob } from "#lib/glob";
import { type ConfiguredPlan, knownModels } from "./configured-plan";

/** Finds patterns that match nothing there is. Remembers what it found of each: many keys are configured alike. */
export type PatternJudge = {
  /** Of virtual keys. Paths begin at the key. */
  readonly ofKey: (spec: VirtualKeySpec) => readonly Problem[];
  /** Of budgets and rate limits. Paths begin at what has them. */
  readonly ofLimits: (limits: LimitsConfig & Target) => readonly Problem[];
};

type Target = { readonly model?: string; readonly provider?: string };
type Matches = (pattern: string) => boolean;

export function createPatternJudge({ catalog, content }: ConfiguredPlan): PatternJudge {
  const providers = [...content.providers.values()];
  const models = providers.flatMap((each) => knownModels(each, catalog).map((model) => `${each.id}/${model}`));
  const bare = models.map((name) => name.slice(name.indexOf("/") + 1));
  const ids = providers.map(({ id }) => id);
  const names = [...content.routes.keys(), ...models, ...bare];
  const isProvider = remembering((pattern) => ids.some(compileGlob(pattern)));
  // Any model may be asked of a provider, listed or not.
  const namesProvider: Matches = (pattern) =>
    pattern.includes("/") && isProvider(pattern.slice(0, pattern.indexOf("/")));
  const isAskable = remembering((pattern) => namesProvider(pattern) || names.some(compileGlob(pattern)));
  const isServed = remembering((pattern) => namesProvider(pattern) || models.some(compileGlob(pattern)));
  const isEndpoint = remembering((pattern) => endpointNames.some(compileGlob(pattern)));
  // Where none is known here, they are stored, or switched on by their variables.
  const isKnown = ids.length > 0;
  return {
    ofKey: (spec) => [
      ...(isKnown ? unmatched(spec.models, "models", isAskable, "no alias and no model of a provider here") : []),
      ...(isKnown ? unmatched(spec.blocked, "blocked", isServed, "no target here, provider/model") : []),
      ...unmatched(spec.endpoints, "endpoints", isEndpoint, "no endpoint"),
    ],
    ofLimits: (limits) => (isKnown ? ofLimits(limits, isServed, isProvider) : []),
  };
}

function ofLimits(
  { budgets = [], rate_limits: rateLimits = [], ...own }: LimitsConfig & Target,
  isServed: Matches,
  isProvider: Matches,
): readonly Problem[] {
  const all: readonly (readonly [Path, Target])[] = [
    [[], own],
    ...budgets.map((budget, index) => [["budgets", index], budget] as const),
    ...rateLimits.map((limit, index) => [["rate_limits", index], limit] as const),
  ];
  return all.flatMap(([path, { model, provider }]) => [
    // A model without its provider is told of already (config/warnings.ts).
    ...(model?.includes("/") === true && !isServed(model)
      ? [{ path: [...path, "model"], message: `"${model}" matches no target here, provider/model` }]
      : []),
    ...(provider !== undefined && !isProvider(provider)
      ? [{ path: [...path, "provider"], message: `"${provider}" matches no provider here` }]
      : []),
  ]);
}

/** Of the keys of providers. */
export function providerKeyDoubts(
  { providers }: Pick<FileEntries, "providers">,
  { catalog, content }: ConfiguredPlan,
): readonly Problem[] {
  return providers.flatMap(({ id, keys }) => {
    const provider = content.providers.get(id);
    const known = provider === undefined ? [] : knownModels(provider, catalog);
    // A provider whose models are not known may serve any.
    if (known.length === 0) return [];
    return keys.flatMap(({ models, name }, index) =>
      unmatched(
        models,
        "models",
        (pattern) => known.some(compileGlob(pattern)),
        `no known model of ${id}, so the key ${name} is never used for it`,
      ).map(({ path, message }) => ({ path: ["providers", id, "keys", index, ...path], message })),
    );
  });
}

function unmatched(
  patterns: readonly string[] = [],
  field: string,
  matches: Matches,
  what: string,
): readonly Problem[] {
  return patterns.flatMap((pattern, place) =>
    matches(pattern) ? [] : [{ path: [field, place], message: `"${pattern}" matches ${what}` }],
  );
}

function remembering(matches: Matches): Matches {
  const known = new Map<string, boolean>();
  return (pattern) => {
    const found = known.get(pattern) ?? matches(pattern);
    known.set(pattern, found);
    return found;
  };
}

/** As policies know them; `passthrough` has to be named where it is served. */
const endpointNames: readonly string[] = [
  ...Object.values(dialects).flatMap(({ endpoints }) => endpoints.map(({ endpoint }) => endpoint)),
  "models",
  "passthrough",
];
