import { invalidFields } from "../parse-input";

/** A row as the API takes it, unchecked. */
export type KeyRow = { readonly [field: string]: unknown };

const listFields = ["models", "blocked", "endpoints", "allowed_ips"] as const;
const plainFields = ["name", "team", "customer", "content_logging", "self_view", "expires_at", "value"] as const;
const limitFields = [
  "budget_usd",
  "budget_period",
  "requests_per_minute",
  "tokens_per_minute",
  "concurrent_requests",
] as const;

/** The columns that a table of keys may have; the first is needed. */
export const csvColumns: readonly string[] = [...plainFields, "tags", ...listFields, ...limitFields];

/**
 * Reads a table of virtual keys: RFC 4180, the first line names the columns. Lists stand in one cell, apart by semicolons,
 * tags as `name=value`. An empty cell says nothing.
 */
export function readKeyTable(text: string): readonly KeyRow[] {
  const [head, ...lines] = readCells(text);
  const columns = (head ?? []).map((name) => name.trim().toLowerCase());
  const unknown = columns.find((name) => !csvColumns.includes(name));
  if (unknown !== undefined) throw wrong(`has a column "${unknown}" that is not known: use ${csvColumns.join(", ")}`);
  if (!columns.includes("name")) throw wrong(`must begin with a line that names its columns, "name" among them`);
  return lines.filter((cells) => cells.some((cell) => cell.trim() !== "")).map((cells) => rowOf(columns, cells));
}

function wrong(message: string) {
  return invalidFields([{ path: ["csv"], message }], "body");
}

function rowOf(columns: readonly string[], cells: readonly string[]): KeyRow {
  if (cells.length > columns.length)
    throw wrong(`has a row with more cells than columns: ${cells.join(",").slice(0, 80)}`);
  const cell = new Map(columns.map((name, index) => [name, cells[index]?.trim() ?? ""]));
  const of = (name: string) => cell.get(name) || undefined;
  const plain = plainFields.map((name) => [name, of(name)]);
  const lists = listFields.map((name) => [
    name,
    of(name)
      ?.split(";")
      .map((item) => item.trim()),
  ]);
  const fields = [
    ...plain,
    ...lists,
    ["tags", tagsOf(of("tags"))],
    ["budgets", budgetsOf(of)],
    ["rate_limits", ratesOf(of)],
  ];
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function tagsOf(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  return Object.fromEntries(
    text.split(";").map((pair) => {
      const [, name = pair, value = ""] = /^([^=]*)=(.*)$/s.exec(pair.trim()) ?? [];
      return [name.trim(), value.trim()];
    }),
  );
}

type Cell = (name: (typeof limitFields)[number]) => string | undefined;

function budgetsOf(of: Cell): readonly object[] | undefined {
  const usd = of("budget_usd");
  return usd === undefined ? undefined : [{ limit_usd: usd, period: of("budget_period") ?? "1mo" }];
}

function ratesOf(of: Cell): readonly object[] | undefined {
  const count = (name: Parameters<Cell>[0]) => {
    const text = of(name);
    return text === undefined ? undefined : /^\d+$/.test(text) ? Number(text) : text;
  };
  const [requests, tokens, concurrent] = [
    count("requests_per_minute"),
    count("tokens_per_minute"),
    count("concurrent_requests"),
  ];
  const limits = [
    ...(requests === undefined ? [] : [{ requests, per: "1m" }]),
    ...(tokens === undefined ? [] : [{ tokens, per: "1m" }]),
    ...(concurrent === undefined ? [] : [{ concurrent }]),
  ];
  return limits.length === 0 ? undefined : limits;
}

/** Cells by line: quoted ones may hold commas, line breaks and doubled quotes. */
function readCells(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/gy;
  const source = text.replace(/^\uFEFF/, "");
  while (cells.lastIndex < source.length || source.endsWith(",")) {
    const at = cells.lastIndex;
    const match = cells.exec(source);
    if (match === null) throw wrong(`cannot be read near "${source.slice(at, at + 20)}": quote cells that hold quotes`);
    const [, quoted, bare = "", end] = match;
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === "") break;
    if (end !== ",") lines.push([]);
  }
  return lines;
}
