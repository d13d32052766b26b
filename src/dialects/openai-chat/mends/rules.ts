import type { MendRule } from "../../mend";
import { exclusiveFields, knownFields, maxTemperature, refusedFields } from "../../mends/refused-fields";
import { schemaTop } from "../../mends/schema-top";
import { toolNames } from "../../mends/tool-names";
import { callSignatures, nullContent, reasoningOfCalls } from "./call-turns";
import { callIds } from "./calls";
import { documentParts } from "./documents";
import { fieldWords } from "./field-words";
import { largestOutput, metadata, outputLimit, seedName, serviceTier, stopCount, userLength } from "./fields";
import { cacheMarkers, messageFields } from "./message-fields";
import { reasoningEffort, thinkingStop, wholeAnswer } from "./reasoning";
import { answerSchema, strictTools } from "./schemas";
import { toolChoice, withoutTools } from "./tool-choice";
import { visitToolNames, visitToolSchemas } from "./tool-places";
import { turns } from "./turns";

/** In this order: what fields say before whether they are taken, messages as they came before their order. */
export const completionRules: readonly MendRule[] = [
  wholeAnswer,
  reasoningEffort,
  thinkingStop,
  outputLimit,
  largestOutput,
  metadata,
  seedName,
  serviceTier,
  stopCount,
  userLength,
  toolChoice,
  withoutTools,
  maxTemperature,
  refusedFields(fieldWords),
  exclusiveFields(fieldWords),
  knownFields(fieldWords),
  callIds,
  toolNames(visitToolNames),
  schemaTop(visitToolSchemas),
  cacheMarkers,
  documentParts,
  messageFields,
  reasoningOfCalls,
  callSignatures,
  turns,
  nullContent,
  answerSchema,
  strictTools,
];
