import type { MendRule } from "../../mend";
import { toolNames } from "../../mends/tool-names";
import { jsonSchemas } from "./schemas";
import { callSignatures, foreignSignatures } from "./signatures";
import { visitToolNames } from "./tool-places";

/** In this order: a call that loses a foreign signature needs another. */
export const generateRules: readonly MendRule[] = [
  foreignSignatures,
  callSignatures,
  toolNames(visitToolNames),
  jsonSchemas,
];
