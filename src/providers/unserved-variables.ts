/** Keys of providers that have no definition here, by their usual variables, and the surface of theirs that a dialect of ours fits. */
export type UnservedVariable = {
  readonly names: readonly string[];
  readonly of: string;
  /** Where it speaks `openai-chat`; absent where it does not. */
  readonly baseUrl?: string;
  readonly source: string;
};

export const unservedVariables: readonly UnservedVariable[] = [
  {
    names: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
    of: "Gemini",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    source: "https://ai.google.dev/gemini-api/docs/openai",
  },
  {
    names: ["GOOGLE_APPLICATION_CREDENTIALS"],
    of: "Vertex",
    source: "https://cloud.google.com/docs/authentication/application-default-credentials",
  },
];
