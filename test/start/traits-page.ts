import { namesOf } from "#lib/names-of";
import type { TraitForm } from "#traits/form";
import { quirks } from "#traits/quirks";
import type { TraitRow } from "#traits/row";
import { dialectRows } from "#traits/rows/dialects";
import { hosts } from "#traits/rows/hosts";
import { targetRows } from "#traits/table";
import { vocabulary } from "#traits/vocabulary";

/** The reference page of traits, in Markdown: what can be known of a target, and what is known of which. */
export function traitsReferencePage(): string {
  return [
    "# Traits",
    "",
    "<!-- Generated from src/traits/ by scripts/write-reference.ts; a test holds it to the code. -->",
    "",
    "What providers and models accept differs from the dialects that they speak, and from each other. What is known of it is",
    "data: traits, by provider, dialect and pattern of model names. A request is made to fit the traits of each target that it",
    "is sent to, whether its bytes pass or it is translated; where no trait concerns it nothing is looked at or changed.",
    "Everything that was left out or written otherwise is named in `x-headgate-dropped`, by its path in the client's request.",
    "With `settings.on_unsupported: refuse` a request that would lose something is refused; what says the same in another form",
    "(ids and names that come back, another name of a field) is no loss.",
    "",
    "Operators say otherwise with `traits` of a provider or of one of its models in the [configuration](configuration.md), or",
    "with a quirk, a name for some traits together. Of what fits, the later wins, trait by trait: rows in the order below, then",
    "quirks, the provider's `traits`, its model's `traits`.",
    "",
    "```yaml",
    "providers:",
    "  local:",
    "    dialect: openai-chat",
    "    base_url: http://127.0.0.1:9100/v1",
    "    traits: { output_limit: max_tokens, list_content: [user] }",
    '    models: [{ id: small, traits: { reasoning: [effort], efforts: ["low", "high"] } }]',
    "```",
    "",
    "## What can be known",
    "",
    "| trait | value | meaning | what is done |",
    "|---|---|---|---|",
    ...namesOf(vocabulary).map((name) => traitLine(name)),
    "",
    "## What is known",
    "",
    "Of a dialect as a whole, for providers and models that nothing else is known of; *translated* is for requests of another",
    "dialect alone. Then of providers and models. A provider is known by the host of its `base_url`, else by its id:",
    `${hosts.map(([host, id]) => `\`${host}\` is ${id}`).join(", ")}.`,
    "",
    ...tableOf(dialectRows),
    "",
    ...tableOf(targetRows),
    "",
    "## Quirks",
    "",
    "| quirk | the provider | traits |",
    "|---|---|---|",
    ...namesOf(quirks).map(
      (name) => `| \`${name}\` | ${quirks[name].description} | ${traitsText(quirks[name].traits)} |`,
    ),
    "",
  ].join("\n");
}

function traitLine(name: keyof typeof vocabulary): string {
  const { form, meaning, done } = vocabulary[name];
  return `| \`${name}\` | ${formText(form)} | ${meaning} | ${done} |`;
}

function formText(form: TraitForm): string {
  switch (form.kind) {
    case "word":
      return form.words.map((word) => `\`${word}\``).join(" \\| ");
    case "words":
      return `list of ${form.words.map((word) => `\`${word}\``).join(" \\| ")}`;
    case "names":
      return "list";
    case "count":
      return "number";
    case "flag":
      return "`true` \\| `false`";
  }
}

function tableOf(rows: readonly TraitRow[]): readonly string[] {
  return ["| provider | dialect | model | traits | source |", "|---|---|---|---|---|", ...rows.map(rowLine)];
}

function rowLine({ dialect, model, provider, source, traits, way }: TraitRow): string {
  const who = way === undefined ? (dialect ?? "") : `${dialect ?? ""}, *${way}*`;
  return `| ${listText(provider)} | ${who} | ${listText(model)} | ${traitsText(traits)} | [source](${source}) |`;
}

function listText(value: string | readonly string[] | undefined): string {
  const entries = typeof value === "string" ? [value] : (value ?? []);
  return entries.map((entry) => `\`${entry}\``).join(" ");
}

function traitsText(traits: TraitRow["traits"]): string {
  return Object.entries(traits)
    .map(([name, value]) => `\`${name}: ${Array.isArray(value) ? `[${value.join(", ")}]` : value}\``)
    .join("<br>");
}
