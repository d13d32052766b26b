import { writeConfig } from "#config/write-config";
import { parseYaml } from "#config/yaml-document";
import { isArray, isObject, type JsonObject, objectOf } from "#lib/json";
import type { ModelCatalog } from "#routing/resolve-model";
import type { Definitions, Draft } from "./foreign-words";
import { fromBifrost } from "./from-bifrost";
import { fromLiteLlm } from "./from-litellm";
import { fromPortkey } from "./from-portkey";

/** Another gateway's file as a file for Headgate. */
export type Translated = {
  readonly of: "LiteLLM" | "Bifrost" | "Portkey";
  readonly yaml: string;
  /** What was left behind, by path; `[]` stands for any entry of a list. */
  readonly left: readonly string[];
};

/** Undefined where the text is no file of a gateway that is known here. */
export function translateForeign(
  text: string,
  definitions: Definitions,
  catalog: Pick<ModelCatalog, "providersOf">,
): Translated | undefined {
  const document = parseYaml(text);
  const value = document.ok ? document.value : undefined;
  if (!isJsonObject(value)) return undefined;
  if (isArray(value.model_list)) return written("LiteLLM", fromLiteLlm(value, { definitions, catalog }));
  if (isArray(value.targets)) return written("Portkey", fromPortkey(value, definitions));
  const isBifrosts = Object.values(objectOf(value, "providers") ?? {}).some(isOfBifrost);
  return isBifrosts ? written("Bifrost", fromBifrost(value, definitions)) : undefined;
}

/** A provider with words that only Bifrost has. */
function isOfBifrost(provider: JsonObject[string]): boolean {
  if (!isObject(provider)) return false;
  return (
    ["network_config", "concurrency_and_buffer_size"].some((key) => key in provider) ||
    /"env\.|"(?:azure|bedrock|vertex)_key_config"/.test(JSON.stringify(provider))
  );
}

function written(of: Translated["of"], { config, left }: Draft): Translated {
  const comment = [`Written from a file of ${of}. Keys that stood there as text are blank here: put them in.`];
  return { of, yaml: writeConfig(config, comment), left };
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
