import { countTokens as countCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens as countO200k } from "gpt-tokenizer/encoding/o200k_base";
import { parseJson } from "#lib/json";
import { countRequest } from "./count-request";
import type { CountAnswer, CountQuestion, TokenizerName } from "./token-messages";

// The entry point of the thread that counts tokens: started by `TokenCounter`, which ends it.
declare const self: Worker;

/** Words for special tokens are text here: a client's cannot be anything else. */
const asText = { disallowedSpecial: new Set<string>() };
const counters: { readonly [name in TokenizerName]: (text: string) => number } = {
  o200k: (text) => countO200k(text, asText),
  cl100k: (text) => countCl100k(text, asText),
};

self.onmessage = ({ data: { id, tokenizer, body } }: MessageEvent<CountQuestion>) => {
  const answer: CountAnswer = { id, tokens: tokensOf(tokenizer, body) };
  self.postMessage(answer);
};

function tokensOf(tokenizer: TokenizerName, body: Uint8Array): number | undefined {
  try {
    return countRequest(parseJson(new TextDecoder().decode(body)), counters[tokenizer]);
  } catch {
    return undefined;
  }
}
