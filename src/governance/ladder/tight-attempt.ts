import { budgetDefaults } from "#core/budget-defaults";
import type { Target } from "#core/target";
import type { Ledger } from "#ledger/ledger";
import { heldFor, withAttempt } from "../held-limits";
import type { Holder, Holding, NotHeld } from "../holding";
import type { Coverage } from "../limit-finder";
import { isHard, isLooseWindow } from "../limit-kinds";
import type { Reservation } from "../reservation";
import type { RunningRequest } from "../running-request";
import { type Bound, countedBound, type WorstCase, worstCase } from "../worst-case";
import type { LadderFacts } from "./ladder-facts";
import {
  askedOutput,
  capOf,
  fittingContext,
  floorOf,
  generousOutput,
  mayLower,
  type OutputTerms,
} from "./output-terms";
import { outputWithin, type TightRoom, tightRooms } from "./tight-room";

/** What an attempt took, with what it was bounded by. */
export type Taken = Holding & {
  readonly worst: WorstCase;
  /** Undefined where nothing is limited by what the attempt uses. */
  readonly bound: Bound | undefined;
  readonly cap: number | undefined;
};

/** A request without a limit of its own takes at most this share of what a hard limit has left, where that is generous. */
const openShare = 1 / 16;

/** What an attempt is held with. */
export type Holds = {
  readonly holder: Holder;
  readonly ledger: Pick<Ledger, "room">;
  readonly request: RunningRequest;
  readonly coverage: Coverage;
  readonly previous: Reservation | undefined;
  readonly target: Target;
};

/**
 * An attempt that is to be held: how long its answers may be, from what was asked for down to what is worth something.
 * Each method that takes tries once.
 */
export class TightAttempt {
  constructor(
    private readonly holds: Holds,
    readonly terms: OutputTerms,
    readonly bound: Bound,
    private readonly facts: LadderFacts | undefined,
  ) {}

  /** What was asked for; a request without a limit of its own leaves others their share of what a hard limit has. */
  takeAsked(): Taken | NotHeld {
    const { coverage } = this.holds;
    const isOpen = coverage.isHard && this.terms.named === undefined && mayLower(this.terms);
    const taken = this.take(this.asked());
    if (!isOpen) return taken;
    if ("refusal" in taken) return isTight(taken) ? this.takeGenerous() : taken;
    return leavesEnough(taken) ? taken : this.lessOf(taken);
  }

  /** As much of it as is generous. What is left was read after it was taken, which costs a request nothing where that is enough. */
  private lessOf(taken: Taken): Taken {
    const { holder, ledger, request } = this.holds;
    const rooms = tightRooms(ledger, taken.held, taken.hold, holder.clock(), holder.periodOf);
    const output = fittingContext(this.terms, this.generous(rooms));
    const worst = worstCase(this.bound, output);
    const hold = worst.outputTokens < taken.worst.outputTokens ? holder.less(request, taken, worst) : undefined;
    return hold === undefined ? taken : { hold, held: taken.held, worst, bound: this.bound, cap: this.capFor(output) };
  }

  /** The same where the client's own limit may be lowered too. */
  takeGenerous(): Taken | NotHeld {
    return this.take(this.lowers() ? this.generous(this.rooms()) : this.asked());
  }

  /** As much as fits, down to the floor. */
  takeTight(): Taken | NotHeld {
    if (!this.lowers()) return this.take(this.asked());
    const rooms = this.rooms();
    const fitting = Math.max(this.floor(), outputWithin(rooms, this.bound, "now"));
    return this.take(Math.min(fitting, this.generous(rooms)));
  }

  /**
   * What would do, if it fits now: what is generous, or where that will not fit either when all others are done, what is
   * there. Undefined where it is worth waiting on.
   */
  takeFitting(): Taken | NotHeld | undefined {
    const rooms = this.rooms();
    const output = this.lowers() ? this.generous(rooms) : this.asked();
    const now = outputWithin(rooms, this.bound, "now");
    if (output <= now) return this.take(output);
    if (!this.lowers() || output <= outputWithin(rooms, this.bound, "later")) return undefined;
    return this.floor() <= now ? this.take(now) : undefined;
  }

  /** Whether nothing but holds of running requests stands in the way of what is worth something. */
  fitsLater(): boolean {
    const least = this.lowers() ? this.floor() : this.asked();
    return least <= outputWithin(this.rooms(), this.bound, "later");
  }

  /** How long each answer may be at once, in tokens; below zero where the input alone does not fit. */
  fittingNow(): number {
    return outputWithin(this.rooms(), this.bound, "now");
  }

  /** The same with its text counted, where the target's tokenizer is at hand, and its documents read. */
  async counted(): Promise<TightAttempt> {
    const counted = await this.facts?.countInput(this.bound.documents !== undefined);
    if (counted === undefined) return this;
    return new TightAttempt(this.holds, this.terms, countedBound(this.bound, counted), this.facts);
  }

  private lowers(): boolean {
    return this.holds.coverage.isHard && mayLower(this.terms);
  }

  private asked(): number {
    const asked = askedOutput(this.terms);
    const shortened = this.facts?.shortened;
    return shortened === undefined ? asked : Math.min(asked, shortened);
  }

  private generous(rooms: readonly TightRoom[]): number {
    const asked = this.asked();
    const share = outputWithin(rooms, this.bound, "now", openShare);
    if (asked <= share) return asked;
    const least = generousOutput(this.facts?.usualOutput(), this.floor());
    return Math.min(asked, Math.max(share, least));
  }

  private floor(): number {
    const { minCappedTokens = budgetDefaults.minCappedTokens } = this.holds.request.settings;
    const floor = this.facts === undefined ? minCappedTokens.text : floorOf(this.facts.needs(), minCappedTokens);
    return Math.min(floor, this.asked());
  }

  private rooms(): readonly TightRoom[] {
    const { coverage, holder, ledger, previous } = this.holds;
    return tightRooms(
      ledger,
      withAttempt(previous?.held ?? [], coverage),
      previous?.hold,
      holder.clock(),
      holder.periodOf,
    );
  }

  private take(wanted: number): Taken | NotHeld {
    const { coverage, holder, previous, request, target } = this.holds;
    const output = coverage.isHard ? fittingContext(this.terms, wanted) : wanted;
    const worst = worstCase(this.bound, output);
    const taken = holder.take(request, coverage, worst, previous, target);
    if ("refusal" in taken) return taken;
    return { hold: taken.hold, held: taken.held, worst, bound: this.bound, cap: this.capFor(output) };
  }

  private capFor(output: number): number | undefined {
    const isOurs = this.holds.coverage.isHard || this.facts?.shortened !== undefined;
    return isOurs ? capOf(this.terms, output) : undefined;
  }
}

/** Whether what was taken is no more than its share of what each hard limit had. A loop, as it is asked for every request. */
function leavesEnough({ hold, held }: Taken): boolean {
  const { entries, remaining } = hold;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index];
    const limited = entry === undefined ? undefined : heldFor(held, entry.slot);
    if (entry === undefined || limited === undefined || !limited.isCovering || !isHard(limited.limit)) continue;
    const taken = entry.amount - limited.used;
    if (taken > ((remaining[index] ?? 0) + taken) * openShare) return false;
  }
  return true;
}

/** Whether a smaller hold, or a later one, may help against what refused. */
export function isTight({ limit }: NotHeld): boolean {
  return limit !== undefined && (isHard(limit) || isLooseWindow(limit));
}
