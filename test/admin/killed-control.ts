// Run in a process of its own, which a test kills: a control plane over the data directory that is named.
import { runControl } from "./running-control";

await runControl({ given: process.argv[2] ?? "" });
process.stdout.write("running\n");
