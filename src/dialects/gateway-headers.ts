import { isObject, type Json, tryParseJson } from "#lib/json";
import { type Asked, type GatewayAsk, readAsked } from "./gateway-ask";
import { type HeaderForm, headerRows } from "./gateway-header-table";

/**
 * What headers of a request ask of the gateway, added to what its body asks; they go before it. `headers`: those whose names
 * begin as `headerPrefixes` say, in lower case. What cannot be meant is left aside. Undefined where nothing is asked.
 */
export function withGatewayHeaders(
  headers: readonly (readonly [name: string, value: string])[],
  body: GatewayAsk | undefined,
): GatewayAsk | undefined {
  const asked = headers.flatMap(([name, value]) => askedBy(name, value.trim()));
  if (asked.length === 0) return body;
  const { dropped: _, fallbacks: __, ...own } = readAsked(asked, []);
  const tags = [...(own.tags ?? []), ...(body?.tags ?? [])];
  return {
    ...(body ?? { fallbacks: [], dropped: [] }),
    ...own,
    ...(tags.length > 0 && { tags: tags.slice(0, maxTags) }),
    fromHeaders: own,
  };
}

const maxTags = 16;

function askedBy(name: string, text: string): readonly Asked[] {
  const row = exact.get(name) ?? beginning.find(({ prefix }) => name.startsWith(prefix));
  if (row === undefined || text === "") return [];
  const value = said(row.as, text, name.slice(row.prefix.length));
  if (row.as !== "map") return value === undefined ? [] : [{ means: row.means, name: row.means, value }];
  const fields = tryParseJson(text);
  if (!isObject(fields)) return [];
  const { _user: user, ...others } = fields;
  return [
    ...(typeof user === "string" ? [{ means: "user" as const, name: "user", value: user }] : []),
    { means: row.means, name: row.means, value: Object.entries(others).flatMap(([key, field]) => tagOf(key, field)) },
  ];
}

/** As a field of the body would say it; undefined for what says nothing. */
function said(as: HeaderForm, text: string, rest: string): Json | undefined {
  switch (as) {
    case "text":
      return text;
    case "list":
    case "map":
      return text.split(",").map((each) => each.trim());
    case "named":
      return rest === "" ? undefined : [`${rest}:${text}`];
    case "number":
      return Number(text);
    case "attempts":
      return Number(text) - 1;
    case "seconds":
      return Number(text);
    case "milliseconds":
      return Number(text) / 1000;
    case "flag":
      return /^(?:true|1)$/i.test(text) ? true : undefined;
    case "denial":
      return /^(?:false|0)$/i.test(text) ? true : undefined;
  }
}

function tagOf(name: string, value: Json | undefined): readonly string[] {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? [`${name}:${value}`]
    : [];
}

const rows = headerRows.flatMap(({ names, ...row }) =>
  names.map((name) => ({ ...row, name, prefix: name.endsWith("-") ? name : "" })),
);
const exact = new Map(rows.filter(({ prefix }) => prefix === "").map((row) => [row.name, row]));
const beginning = rows.filter(({ prefix }) => prefix !== "");
