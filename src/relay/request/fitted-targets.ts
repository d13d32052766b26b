import type { Target } from "#core/target";
import { type Mend, mendsFor } from "#dialects/mend";
import type { Operation } from "#dialects/operation";
import type { TargetFacts } from "#dialects/target-facts";
import type { Way } from "#traits/resolve";
import { targetTraits } from "#traits/target-traits";

/** What a request to a target is written by, and made to fit by. */
export type FittedTarget = { readonly facts: TargetFacts; readonly mends: readonly Mend[] };

/**
 * Traits of targets, looked up once for each: a target belongs to one dialect of clients and one operation, and is
 * forgotten with its snapshot.
 */
export class FittedTargets {
  private readonly known = new WeakMap<Target, FittedTarget & { readonly operation: Operation }>();

  /** `operation` is the provider's; `defaultOutput` the limit that is held for where none is known. */
  find(target: Target, operation: Operation, way: Way, defaultOutput: number): FittedTarget {
    const known = this.known.get(target);
    if (known !== undefined && known.operation === operation) return known;
    const traits = targetTraits(target, way);
    const { max_output: most = Number.POSITIVE_INFINITY } = traits;
    const maxOutputTokens = target.facts?.maxOutputTokens ?? Math.min(most, defaultOutput);
    const facts = { model: target.model, traits, maxOutputTokens };
    const fitted = { operation, facts, mends: mendsFor(operation.mends ?? [], traits) };
    this.known.set(target, fitted);
    return fitted;
  }
}
