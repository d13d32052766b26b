import { placesAt } from "#lib/json-text";

/** JSON in a request that goes on as it was written. */
export const requestTexts = placesAt(
  ...[
    ["tools", "*", "functionDeclarations", "*", "parameters"],
    ["tools", "*", "functionDeclarations", "*", "parametersJsonSchema"],
    ["tools", "*", "function_declarations", "*", "parameters"],
    ["tools", "*", "function_declarations", "*", "parameters_json_schema"],
    ["contents", "*", "parts", "*", "functionCall", "args"],
    ["contents", "*", "parts", "*", "function_call", "args"],
    ["contents", "*", "parts", "*", "functionResponse", "response"],
    ["contents", "*", "parts", "*", "function_response", "response"],
    ["generationConfig", "responseSchema"],
    ["generationConfig", "responseJsonSchema"],
    ["generation_config", "response_schema"],
    ["generation_config", "response_json_schema"],
  ],
);

/** The same in an answer, whole or a chunk of one. */
export const answerTexts = placesAt(["candidates", "*", "content", "parts", "*", "functionCall", "args"]);
