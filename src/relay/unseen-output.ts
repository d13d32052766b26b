import { outputTotal, type Usage } from "#core/usage";
import type { OpenedAttempt, UnprovenAttempt } from "./attempt/open-answer";
import type { RelayServices } from "./relay-services";

/** What a stream's provider writes unseen: reasoning before the first token. Estimated by the time that it took. */
export class UnseenOutput {
  private hiddenMs: number;

  constructor(
    private readonly services: Pick<RelayServices, "clock" | "speeds">,
    private readonly opened: Pick<OpenedAttempt, "hiddenMs" | "reservation" | "target">,
  ) {
    this.hiddenMs = opened.hiddenMs;
  }

  /** The first token came; what was written before it is hidden where the model reasons. */
  sawFirstToken({ isReasoning }: UnprovenAttempt, latencyMs: number): void {
    if (isReasoning) this.hiddenMs = latencyMs;
  }

  /** In tokens, so far. `waiting`: the attempt whose first token has not come. */
  tokens(waiting: UnprovenAttempt | undefined): number {
    const { clock, speeds } = this.services;
    const ms = waiting === undefined ? this.hiddenMs : clock.monotonicMs() - waiting.entry.startedMs;
    return speeds.tokensAfter(this.opened.target, ms);
  }

  /** Usage as estimated, with so many tokens of reasoning where they go beyond what is known, up to what was held. */
  added(usage: Usage | undefined, tokens: number): Usage | undefined {
    if (usage?.estimated !== true) return usage;
    const { mostOutput, outputLimit } = this.opened.reservation;
    const room = Math.max(0, Math.min(outputLimit, mostOutput) - outputTotal(usage));
    const reasoning = Math.min(tokens, room);
    return reasoning <= usage.reasoning ? usage : { ...usage, reasoning };
  }

  /** A complete answer says how fast its target writes. */
  learn(usage: Usage | undefined, tookMs: number): void {
    if (usage?.estimated === false) this.services.speeds.wrote(this.opened.target, outputTotal(usage), tookMs);
  }
}
