import type { Fault } from "./fault.ts";

/** Changes that come at bad moments. One that was acknowledged must last. */
export const operatorFaults: readonly Fault[] = [
  {
    name: "make a virtual key",
    weight: 3,
    act: async (world, { dice }) => {
      const name = `made-${Math.floor(dice[0] * 1e9)}`;
      const answer = await fetch(`${world.gateway().url}/api/virtual-keys`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${world.gateway().adminToken}`,
          "content-type": "application/json",
          "idempotency-key": name,
        },
        body: JSON.stringify({ name, budgets: [{ limit_usd: 1, period: "1d" }] }),
        signal: AbortSignal.timeout(8000),
      }).catch(() => undefined);
      if (answer?.status === 201) world.madeKeys.push(name);
      await answer?.arrayBuffer().catch(() => undefined);
    },
  },
];
