import type { Target } from "#core/target";
import { askedRoom } from "#dialects/answer-needs";
import { findDialect } from "#dialects/find-dialect";
import type { ImageRule } from "#governance/image-tokens";
import type { LadderFacts } from "#governance/ladder/ladder-facts";
import type { AnswerNeeds } from "#governance/ladder/output-terms";
import type { CountedInput } from "#governance/worst-case";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import type { FittedRequest } from "../request/prepare-request";
import { imageRuleOf } from "./image-rule";
import { thinkingOf } from "./patience";

/** Of fewer bytes nothing is won. */
const leastCounted = 2048;

/** What governance may ask of an attempt before it makes its hold smaller. */
export class AttemptFacts implements LadderFacts {
  constructor(
    private readonly services: Pick<RelayServices, "countTokens" | "dialects" | "speeds">,
    private readonly pending: PendingRequest,
    private readonly target: Target,
    private readonly prepared: FittedRequest,
    readonly shortened: number | undefined,
  ) {}

  get canCap(): boolean {
    return this.prepared.operation.outputLimit !== undefined;
  }

  get traitOutput(): number | undefined {
    return this.prepared.traits.max_output;
  }

  get images(): ImageRule {
    return imageRuleOf(this.prepared.traits);
  }

  get pageTokens(): number | undefined {
    return this.prepared.traits.page_tokens;
  }

  countInput(documents: boolean): Promise<CountedInput> | undefined {
    const { countTokens } = this.services;
    const { body } = this.pending.request;
    const { tokenizer } = this.prepared.traits;
    if (countTokens === undefined || body.kind !== "json") return undefined;
    if (!documents && (tokenizer === undefined || body.bytes.length < leastCounted)) return undefined;
    return countTokens({ tokenizer, documents }, body.bytes);
  }

  needs(): AnswerNeeds {
    const { request } = this.pending;
    const spoken = findDialect(this.services.dialects, this.target.dialect.name);
    const reasons = thinkingOf(request.envelope, this.prepared.traits, this.target, spoken) !== "none";
    return { reasons, ...askedRoom(request.body) };
  }

  usualOutput(): number | undefined {
    return this.services.speeds.usualOutput(this.target);
  }
}
