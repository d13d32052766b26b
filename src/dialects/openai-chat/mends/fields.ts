import type { MendRule } from "../../mend";
import { someAbove } from "../../mends/marks";
import { shortUserId } from "../../target-ids";

/** The output limit by the name that the target knows; the newer name goes before the older. */
export const outputLimit: MendRule = ({ output_limit: name = "either" }) => {
  if (name === "either") return undefined;
  const other = name === "max_tokens" ? "max_completion_tokens" : "max_tokens";
  return {
    fields: [other],
    apply: (body, notes) => {
      const limit = body.get(other);
      if (limit === undefined) return;
      if (other === "max_completion_tokens" || body.get(name) === undefined) body.set(name, limit);
      body.remove(other);
      notes.respelled(other);
    },
  };
};

/** A limit that an answer of the model can have, whole or streamed. */
export const largestOutput: MendRule = ({ max_output: most = Infinity, max_output_whole: whole = most }) => {
  if (most === Infinity && whole === Infinity) return undefined;
  const looks = limits.map((name) => someAbove(name, Math.min(most, whole)));
  return {
    fields: limits,
    concerns: (bytes) => looks.some((isAbove) => isAbove(bytes)),
    apply: (body, notes) => {
      const max = body.get("stream")?.json() === true ? most : Math.min(most, whole);
      for (const name of limits) {
        const limit = body.get(name);
        const asked = limit?.json();
        if (typeof asked !== "number" || asked <= max) continue;
        limit?.replace(max);
        notes.lost(name);
      }
    },
  };
};

/** What is only kept with the answer, where the answer is not to be kept. */
export const metadata: MendRule = ({ metadata: taken = "taken" }) => {
  if (taken === "taken") return undefined;
  return {
    fields: ["metadata"],
    apply: (body, notes) => {
      const labels = body.get("metadata")?.names() ?? [];
      if (body.get("store")?.json() === true || !body.remove("metadata")) return;
      if (labels.length > 0) notes.lost("metadata");
    },
  };
};

const limits = ["max_tokens", "max_completion_tokens"];

export const seedName: MendRule = ({ seed: name = "seed" }) => {
  if (name === "seed") return undefined;
  return {
    fields: ["seed"],
    apply: (body, notes) => {
      const seed = body.get("seed");
      if (seed === undefined) return;
      if (body.get(name) === undefined) body.set(name, seed);
      body.remove("seed");
      notes.respelled("seed");
    },
  };
};

export const stopCount: MendRule = ({ max_stops: max }) => {
  if (max === undefined) return undefined;
  return {
    fields: ["stop"],
    apply: (body, notes) => {
      const stop = body.get("stop");
      const sequences = stop?.elements() ?? [];
      if (sequences.length <= max) return;
      stop?.setElements(sequences.slice(0, max));
      notes.lost("stop");
    },
  };
};

/** What others call OpenAI's `default`. */
const ordinaryTiers: readonly string[] = ["default", "standard_only", "on_demand", "standard"];

export const serviceTier: MendRule = ({ service_tiers: tiers }) => {
  if (tiers === undefined) return undefined;
  const ordinary = ordinaryTiers.find((tier) => tiers.includes(tier));
  return {
    fields: ["service_tier"],
    apply: (body, notes) => {
      const tier = body.get("service_tier");
      const asked = tier?.text() ?? "auto";
      if (tier === undefined || tiers.includes(asked)) return;
      const isOrdinary = ordinaryTiers.includes(asked);
      if (isOrdinary && ordinary !== undefined) {
        tier.replace(ordinary);
        return notes.respelled("service_tier");
      }
      body.remove("service_tier");
      if (!isOrdinary && asked !== "auto") notes.lost("service_tier");
    },
  };
};

export const userLength: MendRule = ({ user_length: max }) => {
  if (max === undefined) return undefined;
  return {
    fields: ["user", "safety_identifier"],
    apply: (body, notes) => {
      for (const field of ["user", "safety_identifier"]) {
        const user = body.get(field);
        const id = user?.text();
        if (id === undefined || id.length <= max) continue;
        user?.replace(shortUserId(id, max));
        notes.respelled(field);
      }
    },
  };
};
