// Writes the reference documents that are generated from code: bun scripts/write-reference.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configJsonSchema } from "#config/json-schema";
import { configReferencePage } from "../test/start/config-page";
import { dialectsReferencePage } from "../test/start/dialects-page";
import { providersReferencePage } from "../test/start/providers-page";
import { traitsReferencePage } from "../test/start/traits-page";

const folder = join(import.meta.dir, "..", "docs", "reference");
writeFileSync(join(folder, "config.schema.json"), `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
writeFileSync(join(folder, "configuration.md"), configReferencePage());
writeFileSync(join(folder, "traits.md"), traitsReferencePage());
writeFileSync(join(folder, "providers.md"), providersReferencePage());
writeFileSync(join(folder, "dialects.md"), dialectsReferencePage());
