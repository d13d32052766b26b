import { GatewayError } from "#core/errors";
import type { Settings } from "#core/snapshot";
import type { Claim, Journal } from "#journal/journal";

/**
 * Claims room for a request's record before anything is held for it. Throws `overloaded` when the journal cannot take
 * another; undefined where `on_journal_failure` says to go on without one.
 */
export function claimRoom(journal: Journal, settings: Pick<Settings, "onJournalFailure">): Claim | undefined {
  const claim = journal.claim();
  if (claim === undefined && settings.onJournalFailure !== "continue") {
    throw new GatewayError("overloaded", "Cannot take the request: the journal cannot take its record", {
      retryAfterS: 5,
    });
  }
  return claim;
}
