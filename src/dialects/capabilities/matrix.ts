import type { Dialects } from "../dialect";
import { answerFeatures } from "./answer-features";
import type { RequestFeature } from "./feature";
import { messageFeatures } from "./message-features";
import { probeAnswer, probeGenerous, probeRequest, type Translated, type Verdict } from "./probe";
import { requestFeatures } from "./request-features";

/** What becomes of one feature between clients of one dialect and providers of another. */
export type Capability = {
  readonly client: string;
  readonly provider: string;
  readonly about: "request" | "answer";
  readonly feature: string;
  /** The feature in a few words. */
  readonly says: string;
  readonly whole: Verdict;
  readonly streamed: Verdict;
  /** What becomes of it at targets whose traits say that they take it, where that differs. */
  readonly someTargets?: Verdict;
  /** What becomes of it where the setting `materialise` has it fetched, where that differs. */
  readonly fetched?: Verdict;
};

/**
 * What translation carries, for each pair of dialects: found out by translating, with the codecs that do it for requests.
 * A pair of one and the same dialect is not in it: its bytes pass.
 * One pair at a time, as it takes a while: for whoever has others to serve meanwhile.
 */
export function* capabilityPairs(dialects: Dialects): Generator<readonly Capability[]> {
  const known = translatedOf(dialects);
  for (const client of known)
    for (const provider of known) if (provider !== client) yield capabilitiesOf(client, provider);
}

function capabilitiesOf(client: Translated, provider: Translated): readonly Capability[] {
  const pair = { client: client.name, provider: provider.name };
  const asked = [...messageFeatures, ...requestFeatures].map((feature): Capability => {
    const verdict = probeRequest(feature, client, provider);
    const some = probeGenerous(feature, client, provider);
    const told = { ...pair, about: "request", feature: feature.id, says: feature.says } as const;
    const fetched = fetchedVerdict(feature, verdict, client, provider);
    return {
      ...{ ...told, whole: verdict, streamed: verdict },
      ...(some !== verdict && { someTargets: some }),
      ...(fetched !== undefined && { fetched }),
    };
  });
  const answered = answerFeatures.map((feature): Capability => {
    const verdicts = probeAnswer(feature, client, provider);
    return { ...pair, about: "answer", feature: feature.id, says: feature.says, ...verdicts };
  });
  return [...asked, ...answered];
}

/** Only what an address loses is fetched, and only where its bytes arrive. */
function fetchedVerdict(
  { fetchedAs }: RequestFeature,
  verdict: Verdict,
  client: Translated,
  provider: Translated,
): Verdict | undefined {
  if (fetchedAs === undefined || (verdict !== "dropped" && verdict !== "refused")) return undefined;
  const twin = messageFeatures.find(({ id }) => id === fetchedAs);
  const arrives = twin && probeRequest(twin, client, provider);
  return arrives === "kept" || arrives === "mapped" ? arrives : undefined;
}

/** The dialects whose completions can be translated. */
function translatedOf(dialects: Dialects): readonly Translated[] {
  return Object.values(dialects).flatMap(({ name, operations: { completion } }) => {
    if (completion?.translation === undefined || completion.decodeRequest === undefined) return [];
    const { translation, decodeRequest, requestTexts = [], answer } = completion;
    if (answer.kind !== "json" || answer.stream === undefined) return [];
    return [{ name, translation, decodeRequest, requestTexts, stream: answer.stream }];
  });
}
