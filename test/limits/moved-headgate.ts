// The command line of Headgate on a machine whose wall clock a test moves. The supervisor starts this very file again for
// each of its children, which learn the data directory from it.
import { obeyWallClock } from "./wall-clock.ts";

const told = process.env.HEADGATE_PROCESS;
const dataDir: string =
  told === undefined ? process.argv[process.argv.indexOf("--data-dir") + 1] : JSON.parse(told).dataDir;
obeyWallClock(dataDir);
await import("../../src/main.ts");
