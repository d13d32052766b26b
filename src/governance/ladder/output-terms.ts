import type { CapFloors, TightBudgetPolicy } from "#core/budget-defaults";

/** What decides how long the answers of an attempt may be, in tokens of each. */
export type OutputTerms = {
  /** Whether there is output at all that is paid for. */
  readonly hasOutput: boolean;
  /** The client's own limit. */
  readonly named: number | undefined;
  /** The most that the model writes, where that is known. */
  readonly model: number | undefined;
  /** What is held for where neither is there. */
  readonly otherwise: number;
  /** The most that an added limit may be: what the context leaves beside the input. */
  readonly mostAdded: number;
  /** Whether the request can be given a limit. */
  readonly canCap: boolean;
  readonly policy: TightBudgetPolicy;
};

/** Where nothing has to be saved. */
export function askedOutput({ hasOutput, named, model, otherwise }: OutputTerms): number {
  return hasOutput ? (named ?? model ?? otherwise) : 0;
}

/** Whether a hard limit may make the answers shorter than what was asked for. */
export function mayLower({ canCap, hasOutput, named, policy }: OutputTerms): boolean {
  return hasOutput && canCap && (policy === "cap-any" || (policy === "cap" && named === undefined));
}

/**
 * The limit that has to be written into the request where `output` is held for it: one that says no more than what the
 * model keeps to by itself, or the client has asked for, is left out.
 */
export function capOf({ canCap, hasOutput, named, model }: OutputTerms, output: number): number | undefined {
  if (!hasOutput || !canCap) return undefined;
  const kept = named ?? model;
  return kept !== undefined && kept <= output ? undefined : output;
}

/** `output`, where that becomes a limit of ours: no more than the context has room for. */
export function fittingContext(terms: OutputTerms, output: number): number {
  if (terms.named !== undefined || capOf(terms, output) === undefined) return output;
  return Math.max(1, Math.min(output, terms.mostAdded));
}

/** At least so much is given where something is given at all: twice what nearly all answers of the target need. */
export function generousOutput(usual: number | undefined, floor: number): number {
  return Math.max(leastGenerous, 2 * (usual ?? 0), floor);
}

const leastGenerous = 4096;
/** What a model that was told how long to think has to have for its answer. */
const besideThinking = 4096;

/** What of a request decides how short an answer is worth nothing. */
export type AnswerNeeds = {
  readonly reasons: boolean;
  /** How long it may think, in tokens, where the request says so. */
  readonly thinkingTokens: number | undefined;
  /** Tools, or an answer by a schema. */
  readonly isStructured: boolean;
};

export function floorOf({ isStructured, reasons, thinkingTokens }: AnswerNeeds, floors: CapFloors): number {
  if (thinkingTokens !== undefined) return thinkingTokens + besideThinking;
  if (reasons) return floors.reasoning;
  return isStructured ? floors.tools : floors.text;
}
