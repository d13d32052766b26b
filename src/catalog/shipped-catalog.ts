import { readFileSync } from "node:fs";
import file from "./data/models.txt" with { type: "file" };

/**
 * The catalog that is part of the program, see `docs/internals/prices.md`. Imported as text it would be in memory twice, as the
 * source of a module and as what that exports; read later it might be another version's, or gone.
 */
export const shippedCatalog: string = readFileSync(file, "utf8");
