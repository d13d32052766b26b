import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dialect } from "../client-config.ts";
import { scriptEnvironment } from "./pip-programs.ts";
import type { Endpoint, Program } from "./program.ts";

const shell = 'echo marker-$((40+2))","description":"say it';

const claudeCode: Program = {
  name: "Claude Code",
  packages: { npm: ["@anthropic-ai/claude-code@2.1.332"] },
  dialects: ["anthropic-messages"],
  sample: true,
  call: ({ url, key, model }, _dialect, folder) => ({
    file: join(folder, `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`),
    args: ["-p", "--dangerously-skip-permissions"],
    input: `[[tool:Bash {"command":"${shell}"}]] please`,
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key,
      ANTHROPIC_MODEL: model,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    },
  }),
  quiet: {
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_TELEMETRY: "1",
    // It refuses to skip permissions as root unless it is told that nothing is there to lose.
    IS_SANDBOX: "1",
  },
  guide: "claude-code",
};

/** In Bedrock's paths, with a key of Bedrock's. */
const claudeCodeAtBedrock = claudeCodeOf("Claude Code at Bedrock", ({ url, key }) => ({
  CLAUDE_CODE_USE_BEDROCK: "1",
  ANTHROPIC_BEDROCK_BASE_URL: url,
  AWS_BEARER_TOKEN_BEDROCK: key,
  AWS_REGION: "us-east-1",
}));

/** In Vertex's paths; a gateway's key goes beside, for Google's tokens are not asked for. */
const claudeCodeAtVertex = claudeCodeOf("Claude Code at Vertex", ({ url, key }) => ({
  CLAUDE_CODE_USE_VERTEX: "1",
  CLAUDE_CODE_SKIP_VERTEX_AUTH: "1",
  ANTHROPIC_VERTEX_BASE_URL: `${url}/v1`,
  ANTHROPIC_VERTEX_PROJECT_ID: "project",
  CLOUD_ML_REGION: "us-east5",
  ANTHROPIC_CUSTOM_HEADERS: `x-headgate-key: ${key}`,
}));

/** The same program, told to speak to another place. */
function claudeCodeOf(name: string, place: (endpoint: Endpoint) => { readonly [name: string]: string }): Program {
  const atBedrock = name.endsWith("Bedrock");
  return {
    ...claudeCode,
    name,
    sample: false,
    ...(atBedrock && { dialects: ["bedrock-converse"], ownModel: "inv/fake-claude" }),
    call: (endpoint, dialect, folder) => {
      const call = claudeCode.call(endpoint, dialect, folder);
      const { ANTHROPIC_AUTH_TOKEN: _, ANTHROPIC_BASE_URL: __, ...env } = call.env ?? {};
      return { ...call, env: { ...env, ...place(endpoint) } };
    },
  };
}

const geminiCli: Program = {
  name: "Gemini CLI",
  guide: "gemini-cli",
  packages: { npm: ["@google/gemini-cli@0.61.0"] },
  dialects: ["gemini"],
  sample: false,
  call: ({ url, key, model }, _dialect, folder) => ({
    file: process.env.HEADGATE_TEST_NODE ?? process.execPath,
    args: [
      join(folder, "node_modules/.bin/gemini"),
      ...["-y", "-m", model, "-p"],
      // It runs no command that has another in it.
      '[[tool:run_shell_command {"command":"printf marker-%d 42","description":"say it"}]] please',
    ],
    env: {
      GEMINI_API_KEY: key,
      GOOGLE_GEMINI_BASE_URL: url,
      GEMINI_CLI_TRUST_WORKSPACE: "true",
    },
    files: {
      ".gemini/settings.json": JSON.stringify({
        telemetry: { enabled: false },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
        security: { auth: { selectedType: "gemini-api-key" } },
      }),
    },
  }),
};

const openCodeOver = { "openai-chat": "@ai-sdk/openai-compatible", "openai-responses": "@ai-sdk/openai" };

const openCode: Program = {
  name: "OpenCode",
  quiet: {
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
  },
  guide: "opencode",
  packages: { npm: ["opencode-ai@1.18.33"] },
  dialects: ["openai-chat", "anthropic-messages", "openai-responses"],
  sample: false,
  call: ({ url, key, model }, dialect, folder) => ({
    file: join(folder, `node_modules/opencode-${process.platform}-${process.arch}/bin/opencode`),
    args: ["run", "-m", `gateway/${model}`],
    input: `[[tool:bash {"command":"${shell}"}]] please`,
    files: {
      "opencode.json": JSON.stringify({
        autoupdate: false,
        share: "disabled",
        permission: { "*": "allow" },
        provider: {
          gateway: {
            npm:
              dialect === "openai-chat" || dialect === "openai-responses" ? openCodeOver[dialect] : "@ai-sdk/anthropic",
            options: { baseURL: `${url}/v1`, apiKey: key },
            models: { [model]: { name: model } },
          },
        },
      }),
    },
  }),
};

/** Its provider `openai` tries a WebSocket, where it is logged in and told to. */
const openCodeBySocket: Program = {
  ...openCode,
  name: "OpenCode by WebSocket",
  dialects: ["openai-responses"],
  triesWebSocket: true,
  call: (endpoint, dialect, folder) => {
    const { url, key, model } = endpoint;
    const call = openCode.call(endpoint, dialect, folder);
    const provider = { openai: { options: { baseURL: `${url}/v1` }, models: { [model]: { name: model } } } };
    return {
      ...call,
      args: ["run", "-m", `openai/${model}`],
      env: { OPENCODE_EXPERIMENTAL_WEBSOCKETS: "1" },
      files: {
        "opencode.json": JSON.stringify({
          autoupdate: false,
          share: "disabled",
          permission: { "*": "allow" },
          // Under this provider's name it would ask OpenAI's own small model for a title.
          small_model: `openai/${model}`,
          provider,
        }),
        ".local/share/opencode/auth.json": JSON.stringify({ openai: { type: "api", key } }),
      },
    };
  },
};

const qwenCode: Program = {
  name: "Qwen Code",
  packages: { npm: ["@qwen-code/qwen-code@0.24.4"] },
  dialects: ["openai-chat", "anthropic-messages"],
  sample: false,
  call: ({ url, key, model }, dialect, folder) => ({
    file: process.env.HEADGATE_TEST_NODE ?? process.execPath,
    args: [
      join(folder, "node_modules/.bin/qwen"),
      "--auth-type",
      dialect === "openai-chat" ? "openai" : "anthropic",
      "-y",
      "-p",
      '[[tool:run_shell_command {"command":"echo marker-$((40+2)) > marker.txt","is_background":false}]] please',
    ],
    env:
      dialect === "openai-chat"
        ? { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: model }
        : { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url, ANTHROPIC_MODEL: model },
    files: {
      ".qwen/settings.json": JSON.stringify({
        telemetry: { enabled: false },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
      }),
    },
  }),
  // Its shell loses what a quick command says, now and then.
  shows: "marker.txt",
};

const codexInput = '[[tool:shell {"command":["bash","-lc","echo marker-$((40+2))"]}]] please';

function codexFiles(url: string, api: "chat" | "responses", more = "") {
  return {
    ".codex/config.toml": `model_provider = "gateway"
check_for_update_on_startup = false
[model_providers.gateway]
name = "gateway"
base_url = "${url}/v1"
env_key = "GATEWAY_KEY"
wire_api = "${api}"
${more}
[analytics]
enabled = false
`,
  };
}

const codexArgs = (model: string) => [
  ...["exec", "-m", model, "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "-"],
];

/** Speaks Responses alone. */
const codex: Program = {
  name: "Codex",
  guide: "codex",
  packages: { npm: ["@openai/codex@0.171.0"] },
  dialects: ["openai-responses"],
  sample: false,
  call: ({ url, key, model }, _dialect, folder) => ({
    file: nativeCodex(
      join(folder, `node_modules/@openai/codex-${process.platform}-${process.arch}/vendor`),
      "bin/codex",
    ),
    args: codexArgs(model),
    input: '[[tool:exec_command {"cmd":"echo marker-$((40+2))"}]] please',
    env: { GATEWAY_KEY: key },
    files: codexFiles(url, "responses"),
  }),
};

const codexBySocket: Program = {
  ...codex,
  name: "Codex by WebSocket",
  triesWebSocket: true,
  call: (endpoint, dialect, folder) => ({
    ...codex.call(endpoint, dialect, folder),
    files: codexFiles(endpoint.url, "responses", "supports_websockets = true"),
  }),
};

/** The last version that speaks chat completions. */
const chatCodex: Program = {
  name: "Codex of chat",
  packages: { npm: ["@openai/codex@0.80.0"] },
  dialects: ["openai-chat"],
  sample: false,
  call: ({ url, key, model }, _dialect, folder) => ({
    file: nativeCodex(join(folder, "node_modules/@openai/codex/vendor"), "codex/codex"),
    args: codexArgs(model),
    input: codexInput,
    env: { GATEWAY_KEY: key },
    files: codexFiles(url, "chat"),
  }),
};

/** Its package brings a binary for each platform. */
function nativeCodex(vendor: string, file: string): string {
  const [cpu, system] = [
    process.arch === "arm64" ? "aarch64" : "x86_64",
    process.platform === "darwin" ? "darwin" : "linux",
  ];
  const target = readdirSync(vendor).find((name) => name.startsWith(cpu) && name.includes(system));
  return join(vendor, target ?? "", file);
}

const openAiAgentsOfNode = script(
  "OpenAI Agents of Node",
  "with-openai-agents.cjs",
  ["@openai/agents@0.20.0", "zod@4.6.7"],
  ["openai-responses", "openai-chat"],
);

const llamaIndexOfNode = script(
  "LlamaIndex of Node",
  "with-llamaindex.cjs",
  ["llamaindex@0.12.1", "@llamaindex/openai@0.4.23", "@llamaindex/anthropic@0.3.27", "@llamaindex/google@0.4.1"],
  ["openai-chat", "openai-responses", "anthropic-messages", "gemini"],
);

/** A library, used as its documentation does: a script of ours, which finds it in its folder. */
function script(name: string, file: string, npm: readonly string[], dialects: readonly Dialect[]): Program {
  return {
    name,
    packages: { npm },
    dialects,
    sample: false,
    call: (endpoint, dialect, folder) => ({
      file: process.env.HEADGATE_TEST_NODE ?? process.execPath,
      args: [fileURLToPath(new URL(file, import.meta.url))],
      env: { ...scriptEnvironment(endpoint, dialect), NODE_PATH: join(folder, "node_modules") },
    }),
  };
}

export const npmPrograms: readonly Program[] = [
  ...[claudeCode, claudeCodeAtBedrock, claudeCodeAtVertex],
  ...[openCode, openCodeBySocket, qwenCode],
  ...[codex, codexBySocket, chatCodex],
  ...[geminiCli, openAiAgentsOfNode, llamaIndexOfNode],
];
