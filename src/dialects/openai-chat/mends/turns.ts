import { at } from "../../fields";
import type { MendRule } from "../../mend";
import { blankTexts } from "./blank-texts";
import { listContent } from "./list-content";
import { prefill } from "./prefill";
import { roleOrder } from "./role-order";
import { developerRole, instructsAmid, systemPlace } from "./system-place";
import { toolTurns } from "./tool-turns";
import type { Turn, TurnRule } from "./turn";

/** In this order: roles before their order, and that before what has to be one text. */
const rules: readonly TurnRule[] = [developerRole, toolTurns, blankTexts, systemPlace, roleOrder, prefill, listContent];

/** Who speaks when, and in what form. */
export const turns: MendRule = (traits) => {
  const steps = rules.map((rule) => rule(traits)).filter((step) => step !== undefined);
  if (steps.length === 0) return undefined;
  const isPlaceAlone = steps.length === 1 && systemPlace(traits) !== undefined;
  return {
    fields: ["messages"],
    ...(isPlaceAlone && { concerns: instructsAmid }),
    apply: (body, notes) => {
      const messages = body.get("messages");
      const before = messages?.elements() ?? [];
      let current: readonly Turn[] = before.map((node, index) => ({ node, path: at("messages", index) }));
      for (const step of steps) current = step(current, notes);
      const isSame = current.length === before.length && current.every(({ node }, index) => node === before[index]);
      if (!isSame) messages?.setElements(current.map(({ node }) => node));
    },
  };
};
