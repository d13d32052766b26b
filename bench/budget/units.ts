/** Requests, and events of one stream, whose system calls are counted together. */
export const tracedUnits = 2000;
/** Records, each with two bodies, that are ingested together. */
export const ingestedRecords = 2000;
