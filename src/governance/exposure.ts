import { ratesAt } from "#core/price";
import type { Exposure, Ledger } from "#ledger/ledger";
import type { Draft } from "#lib/draft";
import { heldFor } from "./held-limits";
import { isPaidByClient, type Reservation } from "./reservation";
import { type AttemptSpending, tokensOf } from "./spending";

/** Notes for recovery what to charge if this process dies from here on: so much input of the attempt that runs. */
export function expose(ledger: Ledger, reservation: Reservation, inputTokens: number, serviceTier?: string): void {
  const { hold, healthRow, spent } = reservation;
  const price = isPaidByClient(reservation.target) ? undefined : reservation.price;
  const rates = price === undefined ? undefined : ratesAt(price, inputTokens, serviceTier);
  // Assigned: a spread of what is not there makes an object of `false`, for every request.
  const exposure: Draft<Exposure> = {
    inputTokens,
    inputRate: rates?.input ?? 0,
    outputRate: rates?.output ?? 0,
    spentTokens: spent.usage === undefined ? 0 : tokensOf(spent.usage),
    spent: spent.cost,
    target: healthRow,
  };
  if (price?.perRequest !== undefined && inputTokens > 0) exposure.fee = price.perRequest;
  if (spent.usage !== undefined) exposure.counting = countingOf(reservation);
  if (isPaidByClient(reservation.target)) exposure.clientPays = true;
  ledger.expose(hold, exposure);
}

/** The same between attempts: what ran last is over, and is charged as what it used. */
export function exposeSpent(ledger: Ledger, before: Reservation, attempt: AttemptSpending | undefined): void {
  const inputTokens = attempt === undefined ? 0 : tokensOf(attempt.usage);
  const { spent } = before;
  const price = isPaidByClient(before.target) ? undefined : before.price;
  ledger.expose(before.hold, {
    inputTokens,
    // Of nothing that was used: it tells recovery that this has a price, and costs nothing.
    inputRate: inputTokens === 0 ? (price?.input ?? 0) : 0,
    outputRate: 0,
    spentTokens: spent.usage === undefined ? 0 : tokensOf(spent.usage),
    spent: spent.cost,
    fee: attempt?.cost ?? attempt?.atLeast ?? 0,
    counting: countingOf(before),
    ...(isPaidByClient(before.target) && { clientPays: true }),
    target: before.healthRow,
  });
}

/** Which entries of the hold count the attempt that runs, and which those before it. */
function countingOf({ held, hold }: Reservation): { readonly running: number; readonly earlier: number } {
  let [running, earlier] = [0, 0];
  for (const [index, { slot }] of hold.entries.entries()) {
    const limited = heldFor(held, slot);
    if (limited?.isCovering !== false) running |= 1 << index;
    if (limited === undefined || limited.used > 0) earlier |= 1 << index;
  }
  return { running, earlier };
}
