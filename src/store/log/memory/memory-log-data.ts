import type { RequestRecord } from "#core/record";
import type { Correction } from "../log-store";
import type { MemoryCharges } from "./memory-charges";

/** What a log in memory consists of. */
export type MemoryLogData = {
  /** By id. Statistics are made of these, so they stay when the records are deleted. */
  readonly facts: Map<string, RequestRecord>;
  /** Ids in the order in which they were stored. */
  readonly stored: string[];
  /** Ids of the facts whose records can still be read. */
  readonly readable: Set<string>;
  readonly corrections: Map<string, Correction>;
  readonly charges: MemoryCharges;
};
