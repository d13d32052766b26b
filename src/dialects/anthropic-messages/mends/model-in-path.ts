import type { MendRule } from "../../mend";

/** Vertex names the model in the path, and wants to know which version of the body it gets. */
export const modelInPath: MendRule = ({ messages_version: version }) => {
  if (version === undefined) return undefined;
  return {
    fields: ["messages"],
    apply: (body) => {
      body.remove("model");
      body.set("anthropic_version", version);
    },
  };
};
