import type { MendRule } from "../../mend";
import { exclusiveFields, knownFields, maxTemperature, refusedFields } from "../../mends/refused-fields";
import { schemaTop } from "../../mends/schema-top";
import { toolNames } from "../../mends/tool-names";
import { billingLine } from "./billing-line";
import { blankTexts } from "./blank-texts";
import { cacheMarkerCount, topCacheMarker } from "./cache-markers";
import { fieldWords } from "./field-words";
import { imageTypes } from "./images";
import { modelInPath, versionInBody } from "./model-in-path";
import { answerSchema, strictTools } from "./schemas";
import { effort, outputLimit, thinking } from "./thinking";
import { thinkingInLoops, thinkingState } from "./thinking-state";
import { toolChoice } from "./tool-choice";
import { visitToolNames, visitToolSchemas } from "./tool-places";
import { prefillRule, systemPlace } from "./turn-order";

/** In this order: what is left of earlier thinking decides about new, and that about what may stand beside it. */
const rules: readonly MendRule[] = [
  outputLimit,
  thinkingState,
  thinking,
  thinkingInLoops,
  effort,
  maxTemperature,
  refusedFields(fieldWords),
  exclusiveFields(fieldWords),
  knownFields(fieldWords),
  toolNames(visitToolNames),
  toolChoice,
  schemaTop(visitToolSchemas),
  imageTypes,
  billingLine,
  topCacheMarker,
  cacheMarkerCount,
  blankTexts,
  systemPlace,
  prefillRule((text) => text),
  answerSchema,
  strictTools,
];

export const messagesRules: readonly MendRule[] = [...rules, modelInPath];
export const countRules: readonly MendRule[] = [...rules, versionInBody];
