import type { Letter, Want, WantedRecord } from "./scenario.ts";

/** What the fake provider says to the message that scenarios send. */
export const hello = "Echo: hello there";
/** Its usage, in either dialect. */
const helloUsage = { kind: "reported", input: 2, output: 3 } as const;

export const nothingUsed = { kind: "none" } as const;
/** Nothing came back: the provider may bill what it was sent. */
export const inputEstimated = { kind: "estimated", leastOutput: 0 } as const;

/** The usual good end: the client has the whole answer of one upstream, and its usage is charged. No trail: any will do. */
export function answered(by: Letter, seen: Want["seen"], trail: readonly string[], more: Partial<Want> = {}): Want {
  const record: WantedRecord = { outcome: "ok", usage: helloUsage, ...(trail.length === 0 ? {} : { trail }) };
  return { status: 200, text: hello, by, seen, record, ...more };
}

/** The first upstream failed in a way that another may not, and the second answers. */
export function fallenBack(failure: string, more: Partial<Want> = {}): Want {
  return answered("b", { a: 1, b: 1 }, [`a ${failure}, fallback`, "b"], more);
}

/** As `fallenBack`, where what the first was sent may have been billed. */
export function fallenBackBilled(failure: string, more: Partial<Want> = {}): Want {
  const record: WantedRecord = {
    outcome: "ok",
    trail: [`a ${failure}, fallback`, "b"],
    usage: { kind: "estimated", leastOutput: 3 },
  };
  return answered("b", { a: 1, b: 1 }, [], { record, ...more });
}

/** The client is told of an error; nothing was used. */
export function failed(
  status: number,
  error: string,
  seen: Want["seen"],
  trail: readonly string[],
  more: Partial<Want> = {},
): Want {
  return { status, error, seen, record: { outcome: "error", trail, usage: nothingUsed }, ...more };
}
