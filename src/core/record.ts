import type { ShapeValue } from "./record-field";
import type { attemptShape, chargeShape, recordShape } from "./record-fields";

/** What is kept of a request: journaled before its last byte goes out, then ingested into the log store. */
export type RequestRecord = ShapeValue<typeof recordShape>;

export type AttemptRecord = ShapeValue<typeof attemptShape>;

/** What settling a request adds to a ledger slot. */
export type Charge = ShapeValue<typeof chargeShape>;

/** What a client says of whom and what its request is for. */
export type ClientLabels = Pick<RequestRecord, "sessionId" | "endUser" | "requestTags" | "traceId">;
