import { countTokens as countCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens as countO200k } from "gpt-tokenizer/encoding/o200k_base";
import type { Draft } from "#lib/draft";
import { type Json, parseJson } from "#lib/json";
import { type CountText, countRequest } from "./count-request";
import { findPdfs } from "./find-pdfs";
import type { CountAnswer, Counted, CountQuestion, TokenizerName } from "./token-messages";

// The entry point of the thread that counts tokens: started by `TokenCounter`, which ends it.
declare const self: Worker;

/** Words for special tokens are text here: a client's cannot be anything else. */
const asText = { disallowedSpecial: new Set<string>() };
const counters: { readonly [name in TokenizerName]: CountText } = {
  o200k: (text) => countO200k(text, asText),
  cl100k: (text) => countCl100k(text, asText),
};

/** Text that is longer is left as it is: who waits for it has waited long enough then. */
const mostTextBytes = 256 * 1024;

self.onmessage = ({ data }: MessageEvent<CountQuestion>) => {
  void counted(data).then((found) => {
    const answer: CountAnswer = { id: data.id, counted: found };
    self.postMessage(answer);
  });
};

async function counted({ body, documents, timeMs, tokenizer }: CountQuestion): Promise<Counted> {
  const found: Draft<Counted> = {};
  const count = tokenizer === undefined ? bytesOf : counters[tokenizer];
  try {
    const whole: Json = parseJson(new TextDecoder().decode(body));
    const { pdfs, rest } = documents ? findPdfs(whole) : { pdfs: [], rest: whole };
    const pdfBytes = pdfs.reduce((sum, { length }) => sum + length, 0);
    if (tokenizer !== undefined && body.length - pdfBytes <= mostTextBytes)
      found.textTokens = countRequest(rest, count);
    if (documents) Object.assign(found, await readDocuments(pdfs, count, timeMs));
  } catch {
    // What was counted before stays true.
  }
  return found;
}

/** The reader is loaded for those who need it. */
async function readDocuments(pdfs: readonly string[], count: CountText, timeMs: number): Promise<Counted> {
  const endMs = performance.now() + timeMs;
  const { readPdfs } = await import("./read-pdf");
  const read = await readPdfs(
    pdfs.map((base64) => new Uint8Array(Buffer.from(base64, "base64"))),
    count,
    () => performance.now() > endMs,
  );
  return read === undefined ? {} : { documents: read };
}

const bytesOf: CountText = (text) => Buffer.byteLength(text);
