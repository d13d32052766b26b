import type { MendRule } from "../../mend";
import { exclusiveFields, knownFields, maxTemperature, refusedFields } from "../../mends/refused-fields";
import { schemaTop } from "../../mends/schema-top";
import { toolNames } from "../../mends/tool-names";
import { fieldWords } from "./field-words";
import { foreignReasoning } from "./reasoning-state";
import { visitToolNames, visitToolSchemas } from "./tool-places";

export const responsesRules: readonly MendRule[] = [
  foreignReasoning,
  maxTemperature,
  refusedFields(fieldWords),
  exclusiveFields(fieldWords),
  knownFields(fieldWords),
  toolNames(visitToolNames),
  schemaTop(visitToolSchemas),
];
