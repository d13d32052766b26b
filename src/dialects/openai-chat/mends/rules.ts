import type { MendRule } from "../../mend";
import { exclusiveFields, knownFields, maxTemperature, refusedFields } from "../../mends/refused-fields";
import { toolNames } from "../../mends/tool-names";
import { callIds } from "./calls";
import { fieldWords } from "./field-words";
import { largestOutput, outputLimit, seedName, serviceTier, stopCount, userLength } from "./fields";
import { cacheMarkers, messageFields } from "./message-fields";
import { reasoningEffort } from "./reasoning";
import { answerSchema, strictTools } from "./schemas";
import { visitToolNames } from "./tool-places";
import { turns } from "./turns";

/** In this order: what fields say before whether they are taken, messages as they came before their order. */
export const completionRules: readonly MendRule[] = [
  reasoningEffort,
  outputLimit,
  largestOutput,
  seedName,
  serviceTier,
  stopCount,
  userLength,
  maxTemperature,
  refusedFields(fieldWords),
  exclusiveFields(fieldWords),
  knownFields(fieldWords),
  callIds,
  toolNames(visitToolNames),
  cacheMarkers,
  messageFields,
  turns,
  answerSchema,
  strictTools,
];
