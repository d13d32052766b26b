import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { spawnChild } from "../../test/harness/child.ts";
import { freePort } from "../../test/harness/free-port.ts";
import { waitUntil } from "../../test/harness/wait-until.ts";
import { ownCheckout } from "./machine.ts";
import { treeOf } from "./processes.ts";
import { shotOf, type Wording } from "./questions.ts";
import type { Dialect, Question, Subject } from "./subject.ts";
import type { Upstreams } from "./upstreams.ts";

/** Another gateway, put up beside this one in `.tmp/peers`. */
export type Peer = {
  readonly name: string;
  /** What must be there for it to be measured. */
  readonly program: string;
  /** Shell words that put it there. */
  readonly install: string;
  readonly does: string;
  readonly command: (port: number, upstreams: Upstreams) => readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** How it is asked; undefined where it cannot do that. */
  readonly wording: (question: Question, upstreams: Upstreams) => Wording | undefined;
};

const folder = join(ownCheckout, ".tmp/peers");
const portkey = join(folder, "portkey/node_modules/@portkey-ai/gateway/build/start-server.js");
const litellm = join(folder, "litellm/bin/litellm");
const shapes = ["whole", "200x5", "200x50", "20x5", "100000x250"] as const;

export const peers: readonly Peer[] = [
  {
    name: "Portkey",
    program: portkey,
    install: `npm install --prefix '${folder}/portkey' --no-save --no-audit --no-fund @portkey-ai/gateway`,
    does: "passes on and translates; no client keys, limits, prices, log or metrics in the open gateway",
    command: (port) => ["node", portkey, `--port=${port}`, "--headless"],
    env: { TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
    wording: (question, upstreams) => {
      // Its endpoint for Messages does not reach providers of another dialect.
      if (question.client !== "openai-chat" || question.key !== undefined || question.upstream === "tls")
        return undefined;
      return {
        model: "bench",
        headers: {
          authorization: "Bearer bench-secret",
          "x-portkey-provider": vendor[question.provider],
          "x-portkey-custom-host": baseOf(question, upstreams),
        },
      };
    },
  },
  {
    name: "LiteLLM",
    program: litellm,
    install: `python3 -m venv '${folder}/litellm' && '${folder}/litellm/bin/pip' install -q 'litellm[proxy]'`,
    does: "one master key, prices; no database, so no client keys, budgets or log; one worker process",
    command: (port, upstreams) => [
      litellm,
      "--config",
      writeLitellmConfig(upstreams),
      ...["--host", "127.0.0.1", "--port", String(port), "--num_workers", "1"],
    ],
    // The upstream says one word over and over, which it takes for a fault after a hundred times.
    env: { LITELLM_LOG: "ERROR", LITELLM_LOCAL_MODEL_COST_MAP: "True", REPEATED_STREAMING_CHUNK_LIMIT: "100000000" },
    wording: (question) => {
      if (question.key !== undefined || question.upstream === "tls") return undefined;
      return { model: modelOf(question), headers: { authorization: "Bearer sk-bench" } };
    },
  },
];

const vendor = { "openai-chat": "openai", "anthropic-messages": "anthropic" } as const;

/** Starts a peer; undefined, and said aloud, where it is not there or does not come up. */
export async function startPeer(peer: Peer, upstreams: Upstreams, installs: boolean): Promise<Subject | undefined> {
  const { name, program, install, does, command, env, wording } = peer;
  if (installs && !existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    spawnSync("sh", ["-c", install], { stdio: "inherit", timeout: 600_000 });
  }
  if (!existsSync(program)) return skip(name, `it is not installed: \`peers --install\`, or ${install}`);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawnChild(command(port, upstreams), { name, env: { ...process.env, ...env } });
  const listens = async () => {
    if (!child.running()) throw new Error(child.stderr().slice(-5).join("\n"));
    return fetch(url).then(
      (response) => response.status > 0,
      () => false,
    );
  };
  try {
    await waitUntil(`${name} to answer`, listens, 90_000, 250);
  } catch (error) {
    await child.stop("SIGKILL", 1000);
    return skip(name, String(error));
  }
  return {
    name,
    url,
    does,
    processes: () => treeOf(child.pid).map((pid) => ({ role: "peer", pid })),
    shots: (question) => {
      const words = wording(question, upstreams);
      return words === undefined ? undefined : [shotOf(question, words)];
    },
    settled: () => Bun.sleep(1000),
    stop: () => child.stop("SIGTERM", 5000),
  };
}

function skip(name: string, reason: string): undefined {
  process.stdout.write(`${name} is skipped: ${reason}\n`);
}

function baseOf({ upstream }: Question, upstreams: Upstreams): string {
  return `${upstream === "whole" ? upstreams.whole : `${upstreams.streams}/${upstream}`}/v1`;
}

function modelOf({ provider, upstream }: Question): string {
  return `${provider}-${upstream}`;
}

function writeLitellmConfig(upstreams: Upstreams): string {
  const models = shapes.flatMap((upstream) =>
    (["openai-chat", "anthropic-messages"] as const).map((provider: Dialect) => {
      const question: Question = { client: provider, provider, upstream, promptBytes: 0 };
      const base = baseOf(question, upstreams);
      return {
        model_name: modelOf(question),
        litellm_params: {
          model: `${vendor[provider]}/bench`,
          // It adds the version to an Anthropic address itself.
          api_base: provider === "openai-chat" ? base : base.slice(0, -"/v1".length),
          api_key: "bench-secret",
          input_cost_per_token: 0.0000005,
          output_cost_per_token: 0.0000015,
        },
      };
    }),
  );
  const file = join(folder, "litellm.yaml");
  writeFileSync(file, stringify({ model_list: models, general_settings: { master_key: "sk-bench" } }));
  return file;
}
