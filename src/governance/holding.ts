import type { Clock } from "#core/clock";
import type { Limit } from "#core/limit";
import type { Target } from "#core/target";
import type { Hold, Ledger, Refusal } from "#ledger/ledger";
import { entriesOf, type HeldLimit, heldFor, withAttempt } from "./held-limits";
import { createPeriodFinder, type LimitClock, type PeriodFinder } from "./limit-clock";
import type { Coverage } from "./limit-finder";
import { withModel } from "./principal-label";
import type { Reservation } from "./reservation";
import type { RunningRequest } from "./running-request";
import type { WorstCase } from "./worst-case";

/** What an attempt took. */
export type Holding = { readonly hold: Hold; readonly held: readonly HeldLimit[] };

/** Why it took nothing; what was held before stays held. */
export type NotHeld = {
  readonly refusal: Refusal;
  /** Undefined where the ledger could not be asked. */
  readonly limit: Limit | undefined;
  readonly clock: LimitClock;
};

/** Asked for only where there are limits. */
const noClock: LimitClock = { nowMs: 0, machineMs: 0 };

/** Takes what attempts may use from the ledger. */
export class Holder {
  readonly periodOf: PeriodFinder = createPeriodFinder();

  constructor(
    private readonly ledger: Ledger,
    private readonly time: Clock,
  ) {}

  clock(): LimitClock {
    return { nowMs: this.time.nowMs(), machineMs: this.time.machineMs() };
  }

  take(
    { id, inference, principal }: RunningRequest,
    coverage: Coverage,
    worst: WorstCase,
    previous: Reservation | undefined,
    target: Target | undefined,
  ): Holding | NotHeld {
    const isLimited = coverage.limits.length > 0 || (previous !== undefined && previous.held.length > 0);
    // A caller without limits holds its key's count, and that once.
    if (previous !== undefined && !isLimited) return previous;
    const clock = isLimited || previous !== undefined ? this.clock() : noClock;
    const held = isLimited ? withAttempt(previous?.held ?? [], coverage) : [];
    const { keyEntries } = principal;
    const entries = isLimited ? entriesOf(keyEntries, held, worst, clock, this.periodOf) : keyEntries;
    const taken =
      previous === undefined
        ? this.ledger.reserve(id, entries, labelOf(principal.labelFor(inference), target))
        : this.ledger.adjust(previous.hold, entries);
    if (taken.ok) return { hold: taken.hold, held };
    const { refusal } = taken;
    const limit = refusal.reason === "no-room" ? heldFor(held, refusal.entry.slot)?.limit : undefined;
    return { refusal, limit, clock };
  }

  /** Less than what was just taken. The same where the ledger cannot be asked. */
  less({ principal }: RunningRequest, { hold, held }: Holding, worst: WorstCase): Hold | undefined {
    const taken = this.ledger.adjust(hold, entriesOf(principal.keyEntries, held, worst, this.clock(), this.periodOf));
    return taken.ok ? taken.hold : undefined;
  }
}

/** Attempts of one request that ask for a model that is not listed all ask for the same. */
function labelOf(label: Uint8Array, target: Target | undefined): Uint8Array {
  return target?.isUnlisted === true && target.model !== "" ? withModel(label, target.model) : label;
}
