import type { ModelFacts, Provider, ProviderDialect, ProviderKey, Timeouts } from "#core/snapshot";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { compileGlob } from "#lib/glob";
import type { TrialParts } from "./ask-provider";
import { explainFailure, type TrialOutcome } from "./explain-failure";
import { askForVector, askForWord, firstListedModel } from "./trial-calls";

/** What is tried: a provider with one of its keys. */
export type Trial = {
  readonly provider: Provider;
  readonly key: ProviderKey;
  /** Absent: the first that the provider lists. */
  readonly model?: string;
  readonly facts?: ModelFacts;
};

/** What came of it, in words for the operator that set the provider up. Without a secret. */
export type TrialResult = {
  readonly outcome: TrialOutcome;
  readonly message: string;
  /** Absent where none was found to ask for. */
  readonly model?: string;
  /** The provider's, where one came. */
  readonly status?: number;
  readonly durationMs: number;
  readonly usage?: Usage;
};

/** Makes one real call, which costs what a few tokens cost; at most two calls of fifteen seconds. Never rejects. */
export type ProviderTrial = (trial: Trial) => Promise<TrialResult>;

export function createProviderTrial(parts: TrialParts): ProviderTrial {
  const { monotonicMs } = parts.clock;
  return async (trial) => {
    const startedMs = monotonicMs();
    let target = targetOf(trial);
    try {
      if (trial.key.fromClient === true)
        throw new Error("has no key to try here: each client sends its own with the key of this name");
      if (target === undefined) throw new Error("has no dialect in which this model can be asked for anything");
      if (target.model === "") target = { ...target, model: await firstListedModel(parts, target) };
      const { model } = target;
      const answered = await (isAskedForWords(target) ? askForWord : askForVector)(parts, target);
      const durationMs = monotonicMs() - startedMs;
      const message = `"${trial.provider.id}" answered with the model "${model}" in ${Math.round(durationMs)} ms`;
      return { outcome: "ok", message, model, durationMs, ...answered };
    } catch (cause) {
      const model = target?.model ?? trial.model ?? "";
      const tried = { provider: trial.provider.id, key: trial.key.name, ...(model !== "" && { model }) };
      const explained = explainFailure(cause, tried);
      return { ...explained, ...(model !== "" && { model }), durationMs: monotonicMs() - startedMs };
    }
  };
}

/**
 * In the first dialect that serves completions of the model, else in the first that serves it at all; "" stands for one that is not
 * chosen yet.
 */
export function targetOf({ provider: given, key, model, facts }: Trial): Target | undefined {
  const provider = { ...given, timeouts: trialTimeouts(given.timeouts) };
  const serving = provider.dialects.filter((candidate) => serves(candidate, model));
  const dialect = serving.find(({ paths }) => paths.completion !== undefined) ?? serving[0];
  return dialect && { provider, key, dialect, model: model ?? "", facts };
}

function isAskedForWords({ dialect }: Target): boolean {
  return dialect.paths.completion !== undefined;
}

function serves({ models, paths }: ProviderDialect, model: string | undefined): boolean {
  if (paths.completion === undefined && paths.embeddings === undefined) return false;
  return models === undefined || model === undefined || models.some((pattern) => compileGlob(pattern)(model));
}

const longestMs = 15_000;

/** The provider's own timers where they are shorter: an operator waits in front of a page. */
function trialTimeouts({ connectMs, headersMs, firstTokenMs, idleMs, totalMs }: Provider["timeouts"]): Timeouts {
  return {
    connectMs: Math.min(connectMs, 5000),
    headersMs: Math.min(headersMs, longestMs),
    firstTokenMs: Math.min(firstTokenMs, longestMs),
    idleMs: Math.min(idleMs, longestMs),
    totalMs: Math.min(totalMs, longestMs),
  };
}
