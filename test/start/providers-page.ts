import { createCatalog } from "#catalog/catalog";
import { variablesOf } from "#config/environment";
import { baseUrlVariables } from "#providers/base-url";
import type { ProviderDefinition } from "#providers/provider";
import { providerDefinitions } from "#providers/registry";

/** The reference page of providers, in Markdown: each that is known by its id. */
export function providersReferencePage(): string {
  const all = [...providerDefinitions.values()];
  const catalog = createCatalog();
  const row = (definition: ProviderDefinition) =>
    rowOf(definition, catalog.list(definition.id).length + (definition.models?.length ?? 0));
  return [
    "# Providers",
    "",
    "<!-- Generated from src/providers/ by scripts/write-reference.ts; a test holds it to the code. -->",
    "",
    `The ${all.length} providers that are known by their ids. Each is switched on by its variable at the first start, in the page, over`,
    "the [API](admin-api.md) or in the [configuration](configuration.md), where its id is enough:",
    "",
    "```yaml",
    "providers:",
    '  groq: { keys: [{ name: main, value: "env:GROQ_API_KEY" }] }',
    "```",
    "",
    "A part of an address in `{…}` is another for everybody: `base_url` says the whole, or the variables give what is missing. A host",
    "alone is enough for Azure OpenAI, Databricks and Snowflake. Azure's older API, with a deployment in its paths, is",
    "asked where the base URL ends in `/openai/deployments`. Any other provider works with `dialect` and `base_url`; what",
    "providers accept and refuse stands in [traits](traits.md). Models are those that the catalog has prices or limits of; any",
    "other can be asked for as well.",
    "",
    "Replicate is not among them: its [documented API](https://replicate.com/docs/reference/http) makes predictions by a schema of each",
    "model's own, and the chat endpoint that some clients name (`openai-proxy.replicate.com`) stands in no documentation of it that we found.",
    "",
    "| id | name | speaks | key | address | models |",
    "|---|---|---|---|---|---|",
    ...all.map(row),
    "",
  ].join("\n");
}

function rowOf(definition: ProviderDefinition, models: number): string {
  const { baseUrl, dialects, id, name, source } = definition;
  const spoken = dialects.map((each) => (typeof each === "string" ? each : spokenText(each)));
  const variables = [...variablesOf(definition), ...baseUrlVariables(definition)].map((variable) => `\`${variable}\``);
  const cells = [
    `\`${id}\``,
    source === undefined ? name : `[${name}](${source})`,
    spoken.join(", "),
    variables.join(", ") || "none needed",
    `\`${baseUrl}\``,
    String(models || ""),
  ];
  return `| ${cells.join(" | ")} |`;
}

function spokenText({ name, operations }: { readonly name: string; readonly operations?: readonly string[] }): string {
  return operations === undefined ? name : `${name} (${operations.join(", ")})`;
}
