import { breakOfSeal, emptyChain, isSame, sealOf } from "#store/config/audit-chain";
import type { AuditRepository } from "#store/config/repositories";
import type { Log } from "#telemetry/log";

/** Says at a start where the audit chain does not end with the event that the master key sealed as its head. */
export async function checkSeal(audit: Pick<AuditRepository, "head" | "sealed">, log: Log): Promise<void> {
  const [seal, head] = [await sealOf(audit), await audit.head()];
  const isSealFound = seal !== "changed" && isSame(seal, head ?? emptyChain);
  const broken = breakOfSeal({ isSealFound, ...(head && { head }) }, seal, seal);
  if (broken === undefined) return;
  log.error({ ...broken }, "The audit chain was changed behind Headgate's back: see headgate audit verify");
}
