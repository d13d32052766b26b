/**
 * What vectors are for: Google's words (https://ai.google.dev/gemini-api/docs/embeddings#task-types), which are the pivot's,
 * beside those of Cohere (https://docs.cohere.com/reference/embed) and of look-alikes that ask for the same field.
 */
const tasks: readonly (readonly [google: string, cohere: string])[] = [
  ["RETRIEVAL_DOCUMENT", "search_document"],
  ["RETRIEVAL_QUERY", "search_query"],
  ["CLASSIFICATION", "classification"],
  ["CLUSTERING", "clustering"],
  // Google tells queries apart by what is looked for.
  ["QUESTION_ANSWERING", "search_query"],
  ["FACT_VERIFICATION", "search_query"],
  ["CODE_RETRIEVAL_QUERY", "search_query"],
  // Voyage: https://docs.voyageai.com/docs/embeddings; NVIDIA: https://docs.nvidia.com/nim/nemo-retriever/text-embedding/latest/reference.html
  ["RETRIEVAL_DOCUMENT", "document"],
  ["RETRIEVAL_DOCUMENT", "passage"],
  ["RETRIEVAL_QUERY", "query"],
];

/** Google's word for an `input_type`; undefined for one that is not known. */
export function taskOf(inputType: string): string | undefined {
  return tasks.find(([, word]) => word === inputType)?.[0];
}

/** Cohere's word for a task; undefined where it has none (`SEMANTIC_SIMILARITY`). */
export function inputTypeOf(task: string): string | undefined {
  return tasks.find(([word]) => word === task)?.[1];
}
