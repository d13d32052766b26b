/** What Google's paths may begin with; the second is what clients of other gateways have before them. */
const versions = ["", "/v1", "/v1beta", "/v1alpha", "/v1beta1"];
const bases = ["", "/genai", "/gemini", "/vertex"];
/**
 * Vertex names the project, or in its express mode none
 * (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference).
 */
const places = ["", "/publishers/google", "/projects/{project}/locations/{location}/publishers/google"];

/** Every path of a method of models: `/v1beta/models/{model}:generateContent`. */
export function methodPaths(method: string): readonly string[] {
  return bases.flatMap((base) =>
    versions.flatMap((version) => places.map((place) => `${base}${version}${place}/models/{model}:${method}`)),
  );
}
