import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };

export const { version } = packageJson;

/** The version of Bun that Headgate is tested with. */
export const wantedBun = packageJson.dependencies.bun;

/** Where the package lies: the folder above `src/`. */
export const packageRoot = join(import.meta.dir, "..", "..");
