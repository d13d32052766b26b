import { learntModel, type Target } from "#core/target";
import { OutputLengths } from "./output-lengths";

/**
 * How fast targets write, tokens in a second, and how much, learnt of each from its own complete answers. Of one worker, as the waits for
 * first tokens are: what is estimated by it is no more than an estimate.
 */
export type OutputSpeeds = {
  /** A complete answer had so many tokens of output after so long. */
  readonly wrote: (target: Target, tokens: number, inMs: number) => void;
  /** The most that it has probably written after so long, in tokens. */
  readonly tokensAfter: (target: Target, ms: number) => number;
  /** 99 of 100 of its answers are no longer, in tokens; undefined until some have come. */
  readonly usualOutput: (target: Target) => number | undefined;
};

/** Of a target that has not answered yet: what small models that reason do, and twice what large ones do. */
const firstGuess = 100;
/** How quickly a slower answer is believed; a faster one is at once, for an estimate is to be no less than the truth. */
const slowing = 0.05;
/** Less says more of the way there than of the writing. */
const leastMs = 100;
const mostTargets = 4096;

export function createOutputSpeeds(): OutputSpeeds {
  const known = new Map<string, Writing>();
  // A name that is put together for every answer has to be hashed again too.
  const names = new WeakMap<Target, string>();
  const nameOf = (target: Target): string => {
    let name = names.get(target);
    if (name === undefined) {
      name = `${target.provider.id}/${learntModel(target)}`;
      names.set(target, name);
    }
    return name;
  };
  const learnt = (name: string): Writing => {
    const writing = { lengths: new OutputLengths(), perSecond: undefined };
    if (known.size >= mostTargets) known.clear();
    known.set(name, writing);
    return writing;
  };
  return {
    wrote: (target, tokens, inMs) => {
      if (tokens <= 0) return;
      const name = nameOf(target);
      const writing = known.get(name) ?? learnt(name);
      writing.lengths.add(tokens);
      if (inMs < leastMs) return;
      const seen = (tokens * 1000) / inMs;
      const old = writing.perSecond ?? seen;
      writing.perSecond = Math.max(seen, old + slowing * (seen - old));
    },
    usualOutput: (target) => known.get(nameOf(target))?.lengths.usual(),
    tokensAfter: (target, ms) => {
      const perSecond = known.get(nameOf(target))?.perSecond ?? firstGuess;
      return Math.ceil((perSecond * Math.max(0, ms)) / 1000);
    },
  };
}

/** What is known of a target: how long its answers are, and tokens in a second once one of them has told it. */
type Writing = { readonly lengths: OutputLengths; perSecond: number | undefined };
