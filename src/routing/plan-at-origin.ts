import type { DialectId } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Provider, ProviderKey } from "#core/snapshot";
import type { ModelRef } from "#core/target";
import { keysOf } from "./candidates";
import type { Plan, PlannedTarget } from "./plan";

/** Where something lives: the only place that may be asked. */
type Place = { readonly provider: Provider; readonly key: ProviderKey };

/** What is left of a plan where a request continues what lives at one place. Throws `no_capable_target`. */
export function planAtOrigin(
  plan: Plan,
  { key, provider }: Place,
  dialect: DialectId,
  [field = ""]: readonly string[],
): Plan {
  const there = plan.filter(
    ({ target }) => target.provider.id === provider.id && target.key.id === key.id && target.dialect.name === dialect,
  );
  if (there.length > 0) return there;
  throw new GatewayError(
    "no_capable_target",
    `Cannot continue what "${field}" names: it lives at the provider "${provider.id}", where the model does not lead; ask a model of that provider, or send the conversation itself in place of "${field}"`,
    { param: field },
  );
}

type ObjectAsked = {
  readonly dialect: DialectId;
  readonly operation: string;
  /** Of the object, as the client knows it; absent where the request names none. */
  readonly id?: string | undefined;
  /** "" where the request is about no model; else with or without its provider. */
  readonly model: string;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly allows: (ref: ModelRef) => boolean;
};

/**
 * The targets of what is done with a stored object, where it lives; where that is not known, every provider that speaks the
 * dialect and takes such requests, as configured. Throws `not_found`, `no_capable_target` or `model_not_allowed`.
 */
export function planForObject(asked: ObjectAsked, place: Place | undefined): Plan {
  const places = place === undefined ? placesOf(asked) : [place];
  const planned = places.flatMap((each) => targetAt(each, asked));
  const allowed = planned.filter(({ target }) => asked.allows(target));
  if (allowed.length > 0) return allowed;
  if (planned.length > 0)
    throw new GatewayError(
      "model_not_allowed",
      "Cannot serve the request: this key may not use the provider that has it",
    );
  if (asked.id !== undefined)
    throw new GatewayError("not_found", `Cannot find "${asked.id.slice(0, 200)}": no provider keeps such objects`, {
      param: "id",
    });
  throw new GatewayError("no_capable_target", `Cannot serve the request: no provider takes it in ${asked.dialect}`);
}

/** One key of a provider sees what the others see. */
function placesOf({ model, providers }: ObjectAsked): readonly Place[] {
  const named = providers.get(model.slice(0, Math.max(0, model.indexOf("/"))));
  const asked = named === undefined ? [...providers.values()] : [named];
  return asked.flatMap((provider) =>
    keysOf(provider)
      .slice(0, 1)
      .map((key) => ({ provider, key })),
  );
}

function targetAt(
  { key, provider }: Place,
  { dialect: name, model, operation }: ObjectAsked,
): readonly PlannedTarget[] {
  const dialect = provider.dialects.find((each) => each.name === name && each.paths[operation] !== undefined);
  if (dialect === undefined) return [];
  const own = model.startsWith(`${provider.id}/`) ? model.slice(provider.id.length + 1) : model;
  // What a client says of a stored object, or said when it made it, is looked up nowhere.
  const target = { provider, key, dialect, model: own, facts: undefined, isUnlisted: true } as const;
  return [{ target, from: "target", admission: { state: "open" } }];
}
