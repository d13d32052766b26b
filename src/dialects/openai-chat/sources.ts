import type { Citation } from "#core/completion";
import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import { dialect } from "./wire";

/** What a provider that searches the web lists beside the choices: the sources of the answer as a whole. */
type SourceReader = {
  /** Takes what an answer, or a chunk of one, lists. Most repeat it with every chunk, and the last list holds. */
  readonly push: (answer: JsonObject) => void;
  /** The sources in the order that marks in the text (`[1]`) count them, each address once. */
  readonly citations: () => readonly Citation[];
};

/**
 * Where the lists stand:
 * `citations`, addresses: Perplexity (https://docs.perplexity.ai/api-reference/chat-completions-post) and
 * xAI (https://docs.x.ai/docs/guides/live-search);
 * `search_results`, with titles: Perplexity;
 * `web_search`: Zhipu (https://docs.bigmodel.cn/api-reference);
 * `search_info.search_results`: Qwen and Hunyuan (https://cloud.tencent.com/document/product/1729/111007).
 */
export function createSourceReader(): SourceReader {
  const lists = new Map<string, readonly Json[]>();
  const take = (name: string, list: Json | undefined) => {
    if (isArray(list) && list.length > 0) lists.set(name, list);
  };
  return {
    push: (answer) => {
      take("citations", answer.citations);
      take("search_results", answer.search_results);
      take("web_search", answer.web_search);
      if (answer.search_info !== undefined)
        take("search_info", arrayOf(objectOf(answer, "search_info") ?? {}, "search_results"));
    },
    citations: () => mergeSources([...lists.values()].flat()),
  };
}

/** Whether an answer lists sources at all. */
export function listsSources(answer: JsonObject): boolean {
  const { citations, search_info, search_results, web_search } = answer;
  return [citations, search_info, search_results, web_search].some((list) => list !== undefined && list !== null);
}

/** One for each address: the bare ones come first, and what is said of them elsewhere is added. */
function mergeSources(entries: readonly Json[]): readonly Citation[] {
  const found = new Map<string, Citation>();
  for (const entry of entries) {
    const source = readSource(entry);
    if (source?.url !== undefined) found.set(source.url, { ...source, ...found.get(source.url) });
  }
  return [...found.values()];
}

/** `raw` is none: it is no annotation, and clients of this dialect find the list where the provider put it. */
function readSource(entry: Json): Citation | undefined {
  if (typeof entry === "string") return entry === "" ? undefined : { url: entry, origin: dialect, raw: null };
  if (!isObject(entry)) return undefined;
  const url = stringOf(entry, "url") ?? stringOf(entry, "link");
  const title = stringOf(entry, "title");
  const citedText = stringOf(entry, "snippet") ?? stringOf(entry, "content");
  if (!url) return undefined;
  return { url, ...(title && { title }), ...(citedText && { citedText }), origin: dialect, raw: null };
}
