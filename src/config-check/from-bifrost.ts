import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import { bifrostNames, foreignCredentials } from "./foreign-credentials";
import {
  countIn,
  type Definitions,
  type Draft,
  type DraftProvider,
  dialectFor,
  leftIn,
  placedAt,
  providerIdOf,
  providerNamed,
  referenceIn,
  regionalBaseUrl,
  timeIn,
} from "./foreign-words";

/** Bifrost's providers with their keys: https://docs.getbifrost.ai/quickstart/gateway/provider-configuration. */
export function fromBifrost(file: JsonObject, definitions: Definitions): Draft {
  const providers: Record<string, DraftProvider> = {};
  const left: string[] = [];
  for (const [name, entry] of Object.entries(objectOf(file, "providers") ?? {})) {
    const id = providerIdOf(providerNamed(name, definitions));
    const network = isObject(entry) ? (objectOf(entry, "network_config") ?? {}) : {};
    const baseUrl = stringOf(network, "base_url") ?? (isObject(entry) ? endpointOf(entry, id, definitions) : undefined);
    const placed = placedAt(providers, id, baseUrl, definitions);
    if (!isObject(entry) || (placed === undefined && baseUrl === undefined)) {
      left.push(`providers.${name}`);
      continue;
    }
    const dialect = definitions.has(id) ? undefined : dialectFor(name, definitions);
    const address = definitions.has(id) ? placed?.provider.base_url : undefined;
    providers[id] = providerOf(entry, network, dialect, address);
    left.push(...leftIn(entry, `providers.${name}`, ["keys", "network_config"]));
    left.push(...leftIn(network, `providers.${name}.network_config`, readOfNetwork));
  }
  return { config: { providers }, left: [...left, ...leftIn(file, "", ["providers", "$schema"])] };
}

const readOfNetwork = [
  "base_url",
  "default_request_timeout_in_seconds",
  "max_retries",
  "retry_backoff_initial",
  "retry_backoff_max",
];

/** Azure's address and AWS's region stand in keys. */
function endpointOf(entry: JsonObject, id: string, definitions: Definitions): string | undefined {
  const [first] = arrayOf(entry, "keys").flatMap((key) => {
    const { azure_key_config: azure, bedrock_key_config: bedrock } = isObject(key) ? key : {};
    const endpoint = isObject(azure) ? stringOf(azure, "endpoint") : undefined;
    const region = isObject(bedrock) ? stringOf(bedrock, "region") : undefined;
    return endpoint ?? regionalBaseUrl(id, region, definitions) ?? [];
  });
  return first;
}

function providerOf(
  entry: JsonObject,
  network: JsonObject,
  dialect: DraftProvider["dialect"],
  address: string | undefined,
): DraftProvider {
  const baseUrl = stringOf(network, "base_url") ?? address;
  const total = timeIn(network, ["default_request_timeout_in_seconds"], 1000);
  const max = countIn(network, ["max_retries"], 10);
  const [initial, longest] = [timeIn(network, ["retry_backoff_initial"], 1), timeIn(network, ["retry_backoff_max"], 1)];
  const retries = {
    ...(max !== undefined && { max }),
    ...(initial !== undefined && { backoff_initial_ms: initial }),
    ...(longest !== undefined && { backoff_max_ms: longest }),
  };
  return {
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    ...(dialect !== undefined && { dialect }),
    ...(total !== undefined && { timeouts: { total_ms: total } }),
    ...(Object.keys(retries).length > 0 && { retries }),
    keys: arrayOf(entry, "keys").flatMap((key, index) => (isObject(key) ? [keyOf(key, index)] : [])),
  };
}

function keyOf(key: JsonObject, index: number): NonNullable<DraftProvider["keys"]>[number] {
  const models = arrayOf(key, "models").filter((model) => typeof model === "string");
  const weight = numberOf(key, "weight");
  const clouds = ["azure_key_config", "bedrock_key_config", "vertex_key_config"].map(
    (name) => objectOf(key, name) ?? {},
  );
  const found = foreignCredentials(Object.assign({}, ...clouds), bifrostNames);
  const value = referenceIn(key.value);
  return {
    name: stringOf(key, "name") || `key-${index + 1}`,
    ...(value === "" && found !== undefined ? { credentials: found.credentials } : { value }),
    ...(weight !== undefined && weight > 0 && { weight }),
    ...(models.length > 0 && !models.includes("*") && { models }),
  };
}
