/** A request whose worst case is known to the token: every variant of one length is held for the same amounts. */
export type Variant = { readonly path: string; readonly model: string; readonly stream: boolean };

export type Usage = { readonly input: number; readonly output: number };

/** Every dialect, whole and streamed, at a provider of its own dialect and of the other. */
export const variants: readonly Variant[] = ["/v1/chat/completions", "/v1/messages"].flatMap((path) =>
  ["oai/fake-gpt", "ant/fake-gpt"].flatMap((model) => [true, false].map((stream) => ({ path, model, stream }))),
);

const bodyBytes = 320;
const maxTokens = 16;

/** What a provider writes around the messages: added to the bytes (`relay/worst-case.ts`). */
const templateTokens = 128;

/** Dollars per million tokens. */
export const price = { input: 1, output: 2 };

/** What is held for a request of `bodyOf` at this price. */
export const worst = {
  input: bodyBytes + templateTokens,
  output: maxTokens,
  tokens: bodyBytes + templateTokens + maxTokens,
  nanodollars: nanodollarsOf({ input: bodyBytes + templateTokens, output: maxTokens }),
};

export function nanodollarsOf({ input, output }: Usage): number {
  return 1000 * (price.input * input + price.output * output);
}

/** A body of exactly `bodyBytes`, whose answer the gated provider gives this usage. */
export function bodyOf({ model, stream }: Variant, usage: Usage): string {
  const asked = (padding: string) =>
    JSON.stringify({
      model,
      max_tokens: maxTokens,
      ...(stream ? { stream } : {}),
      messages: [{ role: "user", content: `[[usage:${usage.input},${usage.output}]]${padding}` }],
    });
  return asked("x".repeat(bodyBytes - asked("").length));
}

export function usd(nanodollars: number): string {
  return (nanodollars / 1e9).toFixed(9);
}

/** As the API shows dollars: without zeros that say nothing. */
export function plain(nanodollars: number): string {
  return usd(nanodollars).replace(/\.?0+$/, "");
}
