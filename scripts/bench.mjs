// `npm run bench`: installs what is missing, then runs bench/main.ts on Bun. Plain Node >= 20.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bun, root } from "./bun.mjs";
import { installMissing } from "./development.mjs";

installMissing();
const { status } = spawnSync(bun(), [join(root, "bench/main.ts"), ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;
