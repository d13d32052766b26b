import { clientFaults } from "./client-faults.ts";
import type { Fault } from "./fault.ts";
import { fileFaults } from "./file-faults.ts";
import { machineFaults } from "./machine-faults.ts";
import { operatorFaults } from "./operator-faults.ts";
import { processFaults } from "./process-faults.ts";
import { providerFaults } from "./provider-faults.ts";

/** All that can go wrong. A further one changes what every seed plays. */
export const faults: readonly Fault[] = [
  ...processFaults,
  ...fileFaults,
  ...machineFaults,
  ...clientFaults,
  ...providerFaults,
  ...operatorFaults,
];
