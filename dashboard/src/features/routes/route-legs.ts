import type { Route, Target } from "#api/schema.gen";
import type { Tone } from "#components/badge";
import { healthWords, reasonOf, stateOf, worstOf } from "#components/health-words";

/** One way that a request of a route can go. */
export type Leg = {
  /** Its place in the route: a model may stand there twice. */
  readonly place: string;
  readonly model: string;
  /** Of the requests; undefined for a fallback. */
  readonly share: number | undefined;
  readonly word: string;
  readonly tone: Tone;
  /** Why it is not used, where it is not. */
  readonly reason: string | undefined;
};

/** The targets with their shares, then the fallbacks in their order, each with its health now. */
export function legsOf(route: Pick<Route, "targets" | "fallbacks">, targets: readonly Target[]): readonly Leg[] {
  const total = route.targets.reduce((sum, { weight }) => sum + weight, 0);
  return [
    ...route.targets.map(({ model, weight }, index) => ({
      place: `target ${index + 1}`,
      model,
      share: total === 0 ? 0 : weight / total,
      ...healthOf(model, targets),
    })),
    ...route.fallbacks.map((model, index) => ({
      place: `fallback ${index + 1}`,
      model,
      share: undefined,
      ...healthOf(model, targets),
    })),
  ];
}

/** A model works while one of its keys does. */
function healthOf(model: string, targets: readonly Target[]): Pick<Leg, "word" | "tone" | "reason"> {
  const own = targets.filter((target) => target.configured && isNamed(target, model));
  if (own.length === 0) return { word: "not asked yet", tone: "neutral", reason: undefined };
  const states = own.map(stateOf);
  const worst = worstOf(states);
  if (worst === undefined || states.includes("healthy")) return { ...healthWords("healthy"), reason: undefined };
  const bad = own.find((target) => stateOf(target) === worst);
  return { ...healthWords(worst), reason: bad && reasonOf(bad) };
}

function isNamed({ provider, model }: Target, name: string): boolean {
  return name === `${provider}/${model}` || name === model;
}
