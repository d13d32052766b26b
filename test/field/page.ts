import { readFileSync, writeFileSync } from "node:fs";
import { fits, type Vendor } from "../judges/rule.ts";
import { vendors } from "../judges/vendors.ts";
import type { KnownFault } from "./known-faults.ts";
import type { Shape } from "./shapes.ts";

const file = new URL("../../docs/internals/conformance.md", import.meta.url);
const heading = "\n## By model\n";

/** The part of the page that this suite writes; written anew when `HEADGATE_UPDATE_DOCS` is set. */
export function writtenPart(part: string): string {
  const page = readFileSync(file, "utf8");
  const at = page.indexOf(heading);
  if (process.env.HEADGATE_UPDATE_DOCS === "1") {
    writeFileSync(file, (at < 0 ? page : page.slice(0, at)) + part);
    return part;
  }
  return at < 0 ? "" : page.slice(at);
}

export function renderPart(shapes: readonly Shape[], moved: number, faults: readonly KnownFault[]): string {
  const clients = new Set(shapes.map(({ client }) => client));
  return [
    heading,
    `Providers and models refuse what their descriptions allow. \`test/judges\` holds ${vendors.length} that are as strict as the real
ones: ${vendors.reduce((sum, { rules }) => sum + rules.length, 0)} rules, each with its public source and the provider's own words. \`npm test -- field\` sends each of them ${shapes.length} requests of
${clients.size} clients (${[...clients].join(", ")}), of all dialects, through the gateway, and ${moved}
turns that began at another provider and go on here, as after a fallback.

<!-- Written by test/field (HEADGATE_UPDATE_DOCS=1 writes it anew). -->
`,
    table(
      ["provider", "model", "rules", "still refused by"],
      vendors.flatMap((vendor) => vendor.models.map((model) => modelRow(vendor, model, faults))),
    ),
    "\nWhat is still refused, over all clients and models of a provider:\n",
    faults.length === 0
      ? "Nothing."
      : table(
          ["provider", "rule", "requests at most", "why"],
          faults.map(({ vendor, rule, atMost, why }) => [vendor, linkTo(vendor, rule), String(atMost), why]),
        ),
    "",
  ].join("\n");
}

function modelRow(vendor: Vendor, model: string, faults: readonly KnownFault[]): readonly string[] {
  const rules = vendor.rules.filter((rule) => fits(rule, model));
  const broken = rules.filter(({ name }) => faults.some((fault) => fault.vendor === vendor.id && fault.rule === name));
  return [vendor.id, `\`${model}\``, String(rules.length), broken.map(({ name }) => name).join(", ") || "nothing"];
}

function linkTo(vendor: string, rule: string): string {
  const source = vendors.find(({ id }) => id === vendor)?.rules.find(({ name }) => name === rule)?.source;
  return source === undefined ? rule : `[${rule}](${source})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
