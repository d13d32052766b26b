import { GatewayError } from "#core/errors";
import type { ListedModel, ModelPage } from "#core/listed-model";

/**
 * The part of the list that a query asks for: Anthropic's `limit`, `after_id`, `before_id`
 * (https://docs.claude.com/en/api/models-list), OpenAI's `after`, Google's `pageSize` and `pageToken`, Bifrost's `provider` and `page_size`. Without a limit
 * all of it. Throws GatewayError `invalid_request` naming the parameter.
 */
export function pageOf(all: readonly ListedModel[], query: string): ModelPage {
  if (query === "") return { models: all };
  const asked = new URLSearchParams(query);
  const provider = asked.get("provider");
  const models = provider === null ? all : all.filter((model) => isOf(model, provider));
  const limit = limitIn(asked);
  const after = placeOf(models, asked, ["after_id", "after", "pageToken"]);
  const before = placeOf(models, asked, ["before_id", "before"]);
  if (limit === undefined && after === undefined && before === undefined) return { models };
  const start = after === undefined ? 0 : after + 1;
  const end = before ?? models.length;
  const size = limit ?? models.length;
  // Before a place come those that stand right in front of it.
  const from = before === undefined ? start : Math.max(start, end - size);
  const to = Math.min(end, from + size);
  return { models: models.slice(from, to), hasMore: before === undefined ? to < end : from > start };
}

function isOf({ id, ownedBy }: ListedModel, provider: string): boolean {
  return ownedBy === provider || id.startsWith(`${provider}/`);
}

function limitIn(asked: URLSearchParams): number | undefined {
  const name = ["limit", "pageSize"].find((each) => asked.has(each)) ?? "page_size";
  const text = asked.get(name);
  if (text === null) return undefined;
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return Number(text);
  throw refused(name, `must be a whole number of at least 1, found ${JSON.stringify(text.slice(0, 100))}`);
}

function placeOf(models: readonly ListedModel[], asked: URLSearchParams, names: readonly string[]): number | undefined {
  const name = names.find((each) => asked.has(each));
  const id = name === undefined ? "" : (asked.get(name) ?? "");
  if (name === undefined || id === "") return undefined;
  const place = models.findIndex((model) => model.id === id);
  if (place >= 0) return place;
  throw refused(name, `must be the id of a listed model, found ${JSON.stringify(id.slice(0, 100))}`);
}

function refused(param: string, why: string): GatewayError {
  return new GatewayError("invalid_request", `Cannot list the models: "${param}" ${why}`, { param });
}
