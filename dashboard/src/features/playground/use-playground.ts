import type { Settings, VirtualKey } from "#api/schema.gen";
import { useReach } from "#api/use-reach";
import { worstCaseUsd } from "#api/worst-case";
import { bodyOf, keptBack } from "./body-of";
import type { Draft } from "./composer";
import type { Turn } from "./conversation";
import { faultOf, type Parameters } from "./parameters";
import { useConversation } from "./use-conversation";
import { useKept } from "./use-kept";
import { useSetup } from "./use-setup";
import { useUnsaid } from "./use-unsaid";

/** What is configured, and may be tried. */
export type Offer = {
  /** Names of models to begin with. */
  readonly suggested: readonly string[];
  /** Who pays. */
  readonly virtualKey: VirtualKey;
  readonly settings: Settings;
};

const emptyDraft: Draft = { text: "", pictures: [] };

/** The whole of the page: what is chosen, what was said, what comes next and what it may cost. */
export function usePlayground({ virtualKey, settings }: Offer) {
  const state = useSetup();
  const { setup, models: chosen } = state;
  const { turns, setTurns, running, send, stop } = useConversation();
  const [draft, setDraft] = useKept("draft", emptyDraft);
  const reached = useReach(chosen);
  const known = (name: string) => reached(name) ?? [{ id: name }];
  const withUnsaid = useUnsaid(chosen.flatMap(known));
  const reach = (name: string) => known(name).map(withUnsaid);
  const make = (model: string, all: readonly Turn[]) => bodyOf(model, reach(model), all, setup);
  const nextBody = (model: string) => make(model, [...turns, { ...draft, id: "next", steps: {} }]);
  const last = turns.at(-1);
  const isEmpty = draft.text === "" && draft.pictures.length === 0;
  const shownBody = (model: string) =>
    isEmpty && last !== undefined ? make(model, [...turns.slice(0, -1), { ...last, steps: {} }]) : nextBody(model);
  const sendTurn = (before: readonly Turn[], { text, pictures }: Draft) =>
    void send({ before, text, pictures, models: chosen, key: virtualKey.id, tools: setup.tools, bodyOf: make });
  return {
    ...{ state, turns, running, stop, draft, setDraft, shownBody, reach },
    bounds: chosen.every((model) => reached(model) !== undefined)
      ? chosen.map((model) => ({ model, usd: worstCaseUsd(nextBody(model), reach(model), settings) }))
      : [],
    hindrance: hindranceOf(chosen, setup.parameters),
    notesOf: (model: string, turn: Turn) => keptBack(reach(model), setup, [turn]),
    clear: () => setTurns(() => []),
    sendDraft: () => {
      sendTurn(turns, draft);
      setDraft(() => emptyDraft);
    },
    repeatLast: () => last && sendTurn(turns.slice(0, -1), last),
    editLast: () => {
      if (last === undefined) return;
      setDraft(() => ({ text: last.text, pictures: last.pictures }));
      setTurns((all) => all.slice(0, -1));
    },
  };
}

function hindranceOf(chosen: readonly string[], parameters: Parameters) {
  if (chosen.length === 0) return "Choose a model first";
  const isFaulty = (["max", "temperature", "top_p", "seed", "stop"] as const).some((name) => faultOf(name, parameters));
  return isFaulty ? "One of the parameters cannot be sent" : undefined;
}
