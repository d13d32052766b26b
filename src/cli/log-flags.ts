import type { Flag } from "#config/flag";

const filters: readonly (readonly [name: string, value: string, help: string])[] = [
  ["key", "KEY", "id or name of the virtual key; like most: several separated by commas"],
  ["team", "TEAM", "its team"],
  ["customer", "CUSTOMER", "its customer"],
  ["tag", "NAME:VALUE", "a tag"],
  ["endpoint", "ENDPOINT", "such as chat.completions"],
  ["dialect", "DIALECT", "the wire format that the client spoke"],
  ["asked-model", "MODEL", "the model that was asked for"],
  ["model", "MODEL", "the model that answered, with or without its provider"],
  ["provider", "PROVIDER", "the provider that answered"],
  ["provider-key", "NAME", "the key that it was called with"],
  ["status", "STATUS", "what the client got, such as 429 or 5xx"],
  ["outcome", "OUTCOME", "ok, error, cut, client-gone, interrupted or refused"],
  ["error-code", "CODE", "such as budget_exceeded"],
  ["error-source", "SOURCE", "client, gateway or upstream"],
  ["stream", "true|false", "whether the answer was a stream"],
  ["id", "ID", "ours"],
  ["request-id", "ID", "the client's x-request-id, or ours"],
  ["trace-id", "ID", "of traceparent"],
  ["session-id", "ID", "what the client calls the conversation or run"],
  ["end-user", "USER", "whom the client says it asks for"],
  ["finish-reason", "REASON", "why the answer ended"],
  ["price-version", "VERSION", "the price that it was charged by"],
  ["limit-id", "ID", "a limit that it was held against"],
  ["canonical-model", "MODEL", "the one name of all states and spellings of the model that answered"],
  ["bill-differs", "true|false", "whether the provider's bill differs from the price list by over 2 %"],
  ["capped", "true|false", "whether a budget set the output limit"],
  ["estimated", "true|false", "whether Headgate counted the tokens"],
  ["retried", "true|false", "whether there was more than one attempt"],
  ["min-cost-usd", "USD", "cost at least"],
  ["max-cost-usd", "USD", "cost at most"],
  ["min-duration-ms", "MS", "duration at least"],
  ["max-duration-ms", "MS", "duration at most"],
  ["min-first-token-ms", "MS", "time to the first token at least"],
  ["max-first-token-ms", "MS", "time to the first token at most"],
  ["min-tokens", "N", "input and output together at least"],
  ["max-tokens", "N", "input and output together at most"],
  ["user-agent", "TEXT", "part of the client's user agent"],
  ["sdk", "TEXT", "part of the client's SDK"],
];

/** The filters of `GET /api/logs`, under the same names with dashes. */
export const logFilterFlags: readonly Flag[] = filters.map(([name, value, help]) => ({ name, value, help }));

export const logFlags: readonly Flag[] = [
  { name: "from", value: "TIME", help: "search: requests that began at this time or later" },
  { name: "to", value: "TIME", help: "search: requests that began before this time" },
  { name: "limit", value: "N", help: "how many records (search: all, tail: 10 to begin with)" },
  { name: "json", value: "", help: "JSON on a terminal too, where a line is shown otherwise" },
  ...logFilterFlags,
];
