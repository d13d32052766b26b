import type { Answer } from "#api/call";
import { choiceField, optionalField, textField, type UrlState } from "#lib/url-state";

export type Capability = Answer<"GET /api/dialects">["capabilities"][number];
export type Verdict = Capability["whole"];

/** One feature, and what becomes of it at each of the providers' dialects. */
export type FeatureRow = {
  readonly id: string;
  readonly about: Capability["about"];
  readonly says: string;
  readonly at: ReadonlyMap<string, Capability>;
};

export const fields = {
  client: textField("openai-chat"),
  provider: optionalField(),
  about: choiceField(["all", "request", "answer"]),
  show: choiceField(["all", "lost", "mapped", "kept"]),
  q: textField(),
};
export type State = UrlState<typeof fields>;

const shownVerdicts: { readonly [show in State["show"]]: readonly Verdict[] } = {
  all: ["kept", "mapped", "dropped", "left-out", "refused"],
  lost: ["dropped", "left-out", "refused"],
  mapped: ["mapped"],
  kept: ["kept"],
};

/** The features that clients of the chosen dialect can say, as far as the filters let them through. */
export function rowsOf(capabilities: readonly Capability[], state: State): readonly FeatureRow[] {
  const wanted = state.q.trim().toLowerCase();
  const own = capabilities.filter(
    ({ client, provider, about, says }) =>
      client === state.client &&
      (state.provider === undefined || provider === state.provider) &&
      (state.about === "all" || about === state.about) &&
      says.toLowerCase().includes(wanted),
  );
  const groups = Map.groupBy(own, ({ about, feature }) => `${about} ${feature}`);
  return [...groups].flatMap(([id, group]) => {
    const [first] = group;
    if (first === undefined || !group.some((each) => isShown(each, state.show))) return [];
    return [{ id, about: first.about, says: first.says, at: new Map(group.map((each) => [each.provider, each])) }];
  });
}

function isShown({ whole, streamed }: Capability, show: State["show"]): boolean {
  return shownVerdicts[show].includes(whole) || shownVerdicts[show].includes(streamed);
}

/** The dialects that providers speak and that the client's is translated to. */
export function providersOf(capabilities: readonly Capability[], client: string): readonly string[] {
  return [...new Set(capabilities.filter((each) => each.client === client).map(({ provider }) => provider))];
}
