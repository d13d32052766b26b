/** What Google's paths may begin with; the second is what clients of other gateways have before them. */
const versions = ["", "/v1", "/v1beta", "/v1alpha", "/v1beta1"];
const bases = ["", "/genai", "/gemini", "/vertex"];
/**
 * Vertex names the project, or in its express mode none
 * (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference).
 */
const places = ["", "/publishers/google", "/projects/{project}/locations/{location}/publishers/google"];

/**
 * Every path of a method of models: `/v1beta/models/{model}:generateContent`. The AI SDK and LangChain leave `models/` out where a
 * name has a slash (https://github.com/vercel/ai, packages/google/src/get-model-path.ts): such paths are looked at last.
 */
export function methodPaths(method: string): readonly string[] {
  const paths = bases.flatMap((base) =>
    versions.flatMap((version) => places.map((place) => `${base}${version}${place}/models/{model}:${method}`)),
  );
  const bare = bases.flatMap((base) => versions.slice(1).map((version) => `${base}${version}/{model}:${method}`));
  return [...paths, ...bare];
}
