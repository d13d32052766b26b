import type { MendRule } from "../../mend";
import { schemaTop } from "../../mends/schema-top";
import { toolNames } from "../../mends/tool-names";
import { visitToolNames, visitToolSchemas } from "./tool-places";

export const converseRules: readonly MendRule[] = [
  toolNames(visitToolNames, ["toolConfig", "messages"]),
  schemaTop(visitToolSchemas, ["toolConfig"]),
];
