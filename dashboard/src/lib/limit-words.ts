import { periodWords } from "./period-words";

export type LimitWords = {
  /** `key`, `team`, `customer`, or `limit` of the gateway. */
  readonly kind: string;
  /** Name, of a key its id. */
  readonly of: string;
  /** `dollars a day`, `requests a minute, only provider openai`. */
  readonly what: string;
};

/** What the id of a limit says: `team:search/budget/usd/1d/UTC` → the team search's dollars a day. Undefined for any other text. */
export function limitWords(id: string): LimitWords | undefined {
  const [, kind, of, kept] = /^(key|team|customer|limit):(.+?)\/((?:budget|rate|concurrent).*)$/.exec(id) ?? [];
  if (kind === undefined || of === undefined || kept === undefined) return undefined;
  const [sort = "", unit = "", period = "", ...rest] = kept.split("/");
  const only = (sort === "concurrent" ? kept.split("/").slice(1) : rest).filter((part) => part.includes("="));
  return {
    kind,
    of,
    what: [amountOf(sort, unit, period), ...only.map((part) => `only ${part.replace("=", " ")}`)].join(", "),
  };
}

function amountOf(sort: string, unit: string, period: string): string {
  if (sort === "concurrent") return "requests at the same time";
  const things = unit === "usd" ? "dollars" : unit;
  return period === "none" ? `prepaid ${things}` : `${things} ${periodWords(period)}`;
}
