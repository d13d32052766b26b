import type { MendRule } from "../../mend";

/** Vertex names the model in the path, and wants to know which version of the body it gets. */
export const modelInPath: MendRule = (traits) => versionRule(traits.messages_version, true);

/** Where it counts tokens the body names the model. */
export const versionInBody: MendRule = (traits) => versionRule(traits.messages_version, false);

function versionRule(version: string | undefined, isModelInPath: boolean): ReturnType<MendRule> {
  if (version === undefined) return undefined;
  return {
    fields: ["messages"],
    apply: (body) => {
      if (isModelInPath) body.remove("model");
      body.set("anthropic_version", version);
    },
  };
}
