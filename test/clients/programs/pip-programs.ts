import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Dialect, dialects } from "../client-config.ts";
import type { Call, Endpoint, Program } from "./program.ts";

const llm: Program = {
  name: "llm",
  packages: { pip: ["llm==0.36"] },
  dialects: ["openai-chat"],
  sample: true,
  call: ({ url, key, model }, _dialect, folder) => ({
    file: join(folder, "bin/llm"),
    args: [
      "-m",
      "gateway",
      "--functions",
      'def add(a: int, b: int) -> str:\n    "Adds"\n    return f"marker-{a + b}"',
      '[[tool:add {"a":40,"b":2}]] please',
    ],
    env: { LLM_USER_PATH: "." },
    files: {
      "extra-openai-models.yaml": `- model_id: gateway
  model_name: ${model}
  api_base: ${url}/v1
  api_key_name: gateway
  supports_tools: true
`,
      "keys.json": JSON.stringify({ gateway: key }),
    },
  }),
};

/** It edits files by what the model writes, and offers no tools. */
const aider: Program = {
  name: "aider",
  quiet: {
    LITELLM_LOCAL_MODEL_COST_MAP: "True",
    AIDER_ANALYTICS: "false",
    AIDER_CHECK_UPDATE: "false",
    AIDER_GIT: "false",
    AIDER_SHOW_MODEL_WARNINGS: "false",
    AIDER_YES_ALWAYS: "true",
  },
  guide: "aider",
  packages: { pip: ["aider-chat==0.86.2"] },
  dialects: ["openai-chat"],
  sample: false,
  call: ({ url, key, model }, _dialect, folder) => ({
    file: join(folder, "bin/aider"),
    args: [
      ...["--model", `openai/${model}`, "--edit-format", "whole", "--no-git", "--yes-always", "--no-pretty"],
      ...["--no-check-update", "--no-analytics", "--no-show-model-warnings", "--no-show-release-notes"],
      ...["--message", "[[say:notes.txt\n```\nmarker-42\n```\n]] please", "notes.txt"],
    ],
    env: { OPENAI_API_KEY: key, OPENAI_API_BASE: `${url}/v1` },
    files: { "notes.txt": "nothing yet\n" },
  }),
  shows: "notes.txt",
};

const pydanticAi = script(
  "pydantic-ai",
  "with_pydantic_ai.py",
  ["pydantic-ai-slim[openai,anthropic]==2.68.0"],
  ["openai-chat", "anthropic-messages", "openai-responses"],
);
const litellm = script("LiteLLM", "with_litellm.py", ["litellm==1.110.2"], dialects);
const llamaIndex = script("LlamaIndex", "with_llamaindex.py", [
  "llama-index-llms-openai-like==0.8.1",
  "llama-index-llms-anthropic==0.12.3",
  // Its client for Anthropic is made for this one: newer ones take other arguments.
  "anthropic==0.120.0",
]);

const openAiDialects: readonly Dialect[] = ["openai-responses", "openai-chat"];
const openAiAgents = script("OpenAI Agents", "with_openai_agents.py", ["openai-agents==0.24.0"], openAiDialects);
const agno = script("agno", "with_agno.py", ["agno==3.1.10", "openai==3.54.0"], openAiDialects);

/** A library, used as its documentation does: a script of ours in its own Python. */
function script(
  name: string,
  file: string,
  pip: readonly string[],
  spoken: readonly Dialect[] = ["openai-chat", "anthropic-messages"],
): Program {
  return {
    name,
    packages: { pip },
    dialects: spoken,
    sample: false,
    call: (endpoint, dialect, folder) => ({
      file: join(folder, "bin/python"),
      args: [fileURLToPath(new URL(file, import.meta.url))],
      env: scriptEnvironment(endpoint, dialect),
    }),
  };
}

export function scriptEnvironment({ url, key, model }: Endpoint, dialect: string): NonNullable<Call["env"]> {
  return { TARGET_URL: url, TARGET_KEY: key, TARGET_MODEL: model, TARGET_DIALECT: dialect };
}

export const pipPrograms: readonly Program[] = [llm, aider, pydanticAi, litellm, llamaIndex, openAiAgents, agno];
