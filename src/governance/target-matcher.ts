import type { TargetMatch } from "#core/limit";
import { compileModelPattern } from "#core/model-names";
import type { Target } from "#core/target";
import { compileGlob } from "#lib/glob";

/** Whether a limit's match covers a target; tags are the principal's business. */
export type TargetMatcher = (match: TargetMatch, target: Target) => boolean;

/** A matcher that compiles the globs of each match once, and forgets them with it. */
export function createTargetMatcher(): TargetMatcher {
  const compiled = new WeakMap<TargetMatch, (target: Target) => boolean>();
  return (match, target) => {
    let covers = compiled.get(match);
    if (covers === undefined) {
      covers = compile(match);
      compiled.set(match, covers);
    }
    return covers(target);
  };
}

function compile({ model, provider, providerKey }: TargetMatch): (target: Target) => boolean {
  const matchesModel = model === undefined ? undefined : compileModelPattern(model);
  const matchesProvider = compileOptional(provider);
  const matchesKey = compileOptional(providerKey);
  return (target) =>
    (matchesModel === undefined || matchesModel(target.provider, target.model)) &&
    matchesProvider(target.provider.id) &&
    matchesKey(target.key.name);
}

function compileOptional(pattern: string | undefined): (text: string) => boolean {
  return pattern === undefined ? () => true : compileGlob(pattern);
}
