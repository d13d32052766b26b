import { refuse } from "./dialect.ts";
import { signCall, signText } from "./gemini-signatures.ts";
import { isRecord, recordsOf } from "./reply.ts";

type Body = { readonly [key: string]: unknown };

/** Refuses what Google refuses at `:generateContent`, in its words. */
export function checkGenerateRequest(body: Body, model: string): void {
  checkFields(body, bodyFields, "");
  if (recordsOf(body.contents).length === 0)
    refuse(400, "* GenerateContentRequest.contents: contents is not specified\n");
  if (isRecord(body.generationConfig)) checkConfig(body.generationConfig, model);
  checkTools(body, model);
  if (isRecord(body.systemInstruction)) checkParts(body.systemInstruction.parts, "system_instruction");
  const contents = recordsOf(body.contents);
  for (const [index, content] of contents.entries()) {
    // https://ai.google.dev/api/caching#Content
    if (content.role !== undefined && content.role !== "user" && content.role !== "model")
      refuse(400, "Please use a valid role: user, model.");
    checkParts(content.parts, `contents[${index}]`);
  }
  checkTurns(contents);
  checkSignatures(contents, model);
}

/** https://ai.google.dev/api/generate-content */
const bodyFields =
  "contents systemInstruction generationConfig tools toolConfig safetySettings cachedContent labels serviceTier store".split(
    " ",
  );
const configFields = (
  "stopSequences responseMimeType responseSchema responseJsonSchema responseModalities candidateCount maxOutputTokens temperature topP topK seed " +
  "presencePenalty frequencyPenalty responseLogprobs logprobs enableEnhancedCivicAnswers speechConfig thinkingConfig imageConfig mediaResolution"
).split(" ");
const partFields = (
  "text thought thoughtSignature inlineData fileData functionCall functionResponse executableCode codeExecutionResult videoMetadata partMetadata mediaResolution " +
  "toolCall toolResponse"
).split(" ");
/** https://ai.google.dev/api/caching#Schema */
const schemaFields = (
  "type format title description nullable enum maxItems minItems properties required minProperties maxProperties minLength maxLength pattern example anyOf " +
  "propertyOrdering default items minimum maximum"
).split(" ");

function checkFields(object: Body, known: readonly string[], at: string): void {
  for (const name of Object.keys(object)) if (!known.includes(name)) refuseName(name, at);
}

/** https://github.com/BerriAI/litellm/issues/14330 */
function refuseName(name: string, at: string): never {
  const where = at === "" ? "" : ` at '${at}'`;
  refuse(400, `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`);
}

function checkConfig(config: Body, model: string): void {
  checkFields(config, configFields, "generation_config");
  const { thinkingConfig: thinking } = config;
  if (isRecord(thinking)) {
    // https://ai.google.dev/gemini-api/docs/gemini-3#thinking_level
    if (thinking.thinkingBudget !== undefined && thinking.thinkingLevel !== undefined)
      refuse(400, "You can only set only one of thinking budget and thinking level.");
    if (thinking.thinkingLevel !== undefined && !model.includes("gemini-3"))
      refuse(400, "Thinking level is not supported for this model.");
    // https://ai.google.dev/gemini-api/docs/thinking#set-budget
    if (typeof thinking.thinkingBudget === "number" && thinking.thinkingBudget > 32_768)
      refuse(
        400,
        `The thinking budget ${thinking.thinkingBudget} is invalid. Please choose a value between 512 and 24576.`,
      );
  }
  // https://ai.google.dev/gemini-api/docs/structured-output
  if (config.responseSchema !== undefined) checkSchema(config.responseSchema, "generation_config.response_schema");
  if (
    (config.responseSchema !== undefined || config.responseJsonSchema !== undefined) &&
    config.responseMimeType !== "application/json"
  )
    refuse(400, "response_schema is only allowed with response_mime_type application/json.");
  if (Array.isArray(config.stopSequences) && config.stopSequences.length > 5)
    refuse(400, "The number of stop sequences must be at most 5.");
}

function checkTools(body: Body, model: string): void {
  for (const [index, tool] of recordsOf(body.tools).entries()) {
    for (const [at, declaration] of recordsOf(tool.functionDeclarations).entries()) {
      const place = `tools[${index}].function_declarations[${at}]`;
      // https://ai.google.dev/api/caching#FunctionDeclaration
      if (typeof declaration.name !== "string" || !/^[a-zA-Z_][\w.:-]{0,127}$/.test(declaration.name))
        refuse(
          400,
          `* GenerateContentRequest.${place}.name: Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.\n`,
        );
      checkFields(
        declaration,
        ["name", "description", "behavior", "parameters", "parametersJsonSchema", "response", "responseJsonSchema"],
        place,
      );
      if (declaration.parameters !== undefined && declaration.parametersJsonSchema !== undefined)
        refuse(400, "parameters and parameters_json_schema are mutually exclusive.");
      if (declaration.parameters !== undefined) checkSchema(declaration.parameters, `${place}.parameters`);
    }
  }
  const config = isRecord(body.generationConfig) ? body.generationConfig : {};
  // https://ai.google.dev/gemini-api/docs/structured-output#structured_outputs_with_tools
  const hasFunctions = recordsOf(body.tools).some((tool) => tool.functionDeclarations !== undefined);
  if (hasFunctions && config.responseMimeType === "application/json" && /gemini-[12]/.test(model))
    refuse(400, "Function calling with a response mime type: 'application/json' is unsupported");
}

/** The subset of OpenAPI that Google reads. */
function checkSchema(schema: unknown, at: string): void {
  if (!isRecord(schema)) return;
  checkFields(schema, schemaFields, at);
  // https://github.com/zed-industries/zed/issues/53919
  if (Array.isArray(schema.type))
    refuse(400, `Invalid value at '${at}' (type), Proto field is not repeating, cannot start list.`);
  const type = String(schema.type ?? "").toUpperCase();
  // https://github.com/kkrishnan90/gemini-desktop/pull/7
  if (type === "ARRAY" && schema.items === undefined)
    refuse(400, `* GenerateContentRequest.${at}.items: missing field.\n`);
  // https://github.com/thClaws/thClaws/issues/172
  if (Array.isArray(schema.enum) && schema.enum.some((value) => typeof value !== "string"))
    refuse(400, `Invalid value at '${at}.enum[0]' (TYPE_STRING), ${schema.enum[0]}`);
  // https://ai.google.dev/api/caching#Schema
  if (type === "STRING" && schema.format !== undefined && !["enum", "date-time"].includes(String(schema.format)))
    refuse(400, `* GenerateContentRequest.${at}.format: only 'enum' and 'date-time' are supported for STRING type\n`);
  const properties = isRecord(schema.properties) ? schema.properties : {};
  for (const [name, each] of Object.entries(properties)) checkSchema(each, `${at}.properties[${name}]`);
  // https://github.com/znlsl/Antigravity2Api/issues/22
  if (Array.isArray(schema.required))
    for (const [index, name] of schema.required.entries())
      if (!(String(name) in properties))
        refuse(400, `* GenerateContentRequest.${at}.required[${index}]: property is not defined\n`);
  checkSchema(schema.items, `${at}.items`);
  for (const each of recordsOf(schema.anyOf)) checkSchema(each, `${at}.any_of`);
}

function checkParts(parts: unknown, at: string): void {
  const list = recordsOf(parts);
  // https://ai.google.dev/api/caching#Content
  if (list.length === 0) refuse(400, `* GenerateContentRequest.${at}.parts: contents.parts must not be empty.\n`);
  for (const [index, part] of list.entries()) {
    const place = `${at}.parts[${index}]`;
    checkFields(part, partFields, place);
    const data = Object.keys(part).filter((name) => dataFields.includes(name));
    // https://github.com/router-for-me/CLIProxyAPI/issues/1293
    if (data.length !== 1)
      refuse(
        400,
        data.length === 0
          ? `* GenerateContentRequest.${place}.data: required oneof field 'data' must have one initialized field\n`
          : `Invalid value at '${place}' (oneof), oneof field 'data' is already set. Cannot set '${data[1]}'`,
      );
    if (isRecord(part.inlineData)) checkBlob(part.inlineData, place);
    if (isRecord(part.functionCall)) checkCall(part.functionCall, `${place}.function_call`, ["id", "name", "args"]);
    if (isRecord(part.functionResponse)) {
      const { response } = part.functionResponse;
      checkCall(part.functionResponse, `${place}.function_response`, [
        ...["id", "name", "response", "parts", "willContinue", "scheduling"],
      ]);
      // https://ai.google.dev/api/caching#FunctionResponse
      if (!isRecord(response))
        refuse(
          400,
          `Invalid value at '${place}.function_response.response' (type.googleapis.com/google.protobuf.Struct)`,
        );
    }
  }
}

const dataFields =
  "text inlineData fileData functionCall functionResponse executableCode codeExecutionResult toolCall toolResponse".split(
    " ",
  );

function checkCall(call: Body, at: string, known: readonly string[]): void {
  checkFields(call, known, at);
  if (typeof call.name !== "string" || call.name === "")
    refuse(400, `* GenerateContentRequest.${at}.name: Name cannot be empty.\n`);
}

function checkBlob(blob: Body, at: string): void {
  // https://ai.google.dev/gemini-api/docs/image-understanding#supported-formats
  if (!/^(image|audio|video|text)\/[\w.+-]+|^application\/(pdf|json|octet-stream)/.test(String(blob.mimeType)))
    refuse(400, `Unsupported MIME type: ${blob.mimeType}`);
  if (typeof blob.data !== "string" || !/^[A-Za-z0-9+/_-]+=*$/.test(blob.data))
    refuse(400, `Invalid value at '${at}.inline_data.data' (TYPE_BYTES), Base64 decoding failed`);
}

/** https://ai.google.dev/gemini-api/docs/function-calling, https://github.com/google-gemini/gemini-cli/issues/26486 */
function checkTurns(contents: readonly Body[]): void {
  let open: readonly Body[] | undefined;
  for (const [index, content] of turnsOf(contents).entries()) {
    const calls = membersOf(content, "functionCall");
    const responses = membersOf(content, "functionResponse");
    if (responses.length > 0) {
      if (open === undefined)
        refuse(400, "Please ensure that function response turn comes immediately after a function call turn.");
      const answered = responses.map(({ name }) => String(name)).toSorted();
      const asked = open.map(({ name }) => String(name)).toSorted();
      if (answered.join() !== asked.join())
        refuse(
          400,
          "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
        );
      const ids = open.map(({ id }) => id);
      for (const { id } of responses)
        if (id !== undefined && !ids.includes(id))
          refuse(400, `Function response id ${id} does not match any function call.`);
    } else if (open !== undefined)
      refuse(
        400,
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      );
    const before = turnsOf(contents)[index - 1];
    if (calls.length > 0 && (before === undefined || before.role === "model"))
      refuse(
        400,
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
      );
    open = calls.length > 0 ? calls : undefined;
  }
  if (open !== undefined)
    refuse(
      400,
      "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
    );
}

/** Contents of the model in a row are one: `@google/genai`'s chats keep each chunk of a stream. */
function turnsOf(contents: readonly Body[]): readonly Body[] {
  const turns: Body[] = [];
  for (const content of contents) {
    const last = turns.at(-1);
    if (last?.role !== "model" || content.role !== "model") turns.push(content);
    else turns[turns.length - 1] = { role: "model", parts: [...recordsOf(last.parts), ...recordsOf(content.parts)] };
  }
  return turns;
}

function membersOf(content: Body, name: string): readonly Body[] {
  return recordsOf(content.parts)
    .map((part) => part[name])
    .filter(isRecord);
}

/** What asks not to be checked: https://ai.google.dev/gemini-api/docs/thought-signatures#faqs */
const unchecked = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];

/**
 * A signature stands on the part that it came with; at Gemini 3 the first call of each step of the turn must have one
 * (https://ai.google.dev/gemini-api/docs/thought-signatures).
 */
function checkSignatures(contents: readonly Body[], model: string): void {
  const turns = turnsOf(contents);
  const turnAt = turns.findLastIndex(
    ({ role, parts }) => role !== "model" && recordsOf(parts).some((part) => part.functionResponse === undefined),
  );
  for (const [index, turn] of turns.entries()) {
    const parts = recordsOf(turn.parts);
    checkPlaces(parts);
    const first = parts.find((part) => part.functionCall !== undefined);
    if (index < turnAt || first === undefined || !/gemini-3/.test(model)) continue;
    if (typeof first.thoughtSignature !== "string")
      refuse(
        400,
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${isRecord(first.functionCall) ? first.functionCall.name : ""}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
      );
  }
}

/** That of a text may come behind it, in a part without any. */
function checkPlaces(parts: readonly Body[]): void {
  let said = "";
  for (const { functionCall: call, text, thought, thoughtSignature: signature } of parts) {
    if (typeof text === "string" && thought !== true) said += text;
    if (typeof signature !== "string" || unchecked.includes(signature)) continue;
    const own = isRecord(call) ? signCall(String(call.name), call.args ?? {}) : signText(said);
    // https://github.com/google-gemini/gemini-cli/issues/13467
    // They are bytes, which the Python SDK writes in the alphabet for URLs.
    if (!Buffer.from(signature, "base64").equals(Buffer.from(own, "base64")))
      refuse(400, "Corrupted thought signature.");
    said = "";
  }
}
