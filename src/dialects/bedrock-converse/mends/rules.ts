import { fieldWords } from "../../anthropic-messages/mends/field-words";
import { effort, outputLimit, thinking } from "../../anthropic-messages/mends/thinking";
import { prefillRule } from "../../anthropic-messages/mends/turn-order";
import type { MendRule } from "../../mend";
import { exclusiveFields, maxTemperature, refusedFields } from "../../mends/refused-fields";
import { schemaTop } from "../../mends/schema-top";
import { toolNames } from "../../mends/tool-names";
import { blankTexts } from "./blank-texts";
import { cachePointCount } from "./cache-points";
import { forMessages } from "./messages-view";
import { answerSchema, strictTools } from "./schemas";
import { reasoningInLoops, reasoningState, reasoningWords } from "./thinking-state";
import { toolChoice } from "./tool-choice";
import { visitToolNames, visitToolSchemas } from "./tool-places";

/** In this order: what is left of earlier reasoning decides about new, and that about what may stand beside it. */
export const converseRules: readonly MendRule[] = [
  forMessages(outputLimit),
  reasoningState,
  reasoningWords,
  forMessages(thinking),
  reasoningInLoops,
  forMessages(effort),
  forMessages(maxTemperature),
  forMessages(refusedFields(fieldWords)),
  forMessages(exclusiveFields(fieldWords)),
  toolNames(visitToolNames, ["toolConfig", "messages"]),
  toolChoice,
  schemaTop(visitToolSchemas, ["toolConfig"]),
  cachePointCount,
  blankTexts,
  prefillRule((text) => [{ text }]),
  strictTools,
  answerSchema,
];
