import { hashSecret, sameHash } from "#core/virtual-key";
import type { SettingsRepository } from "#store/config/repositories";
import { isSecret, newSecret } from "./session-secret";

/** A link that signs its holder in as the admin, once. */
export type SignInLinks = {
  /** Makes a code, which alone is valid from then on, for ten minutes. */
  readonly make: () => Promise<{ readonly code: string; readonly expiresAtMs: number }>;
  /** Takes a code: false unless it is the one that is live. To be called in the transaction of what it opens. */
  readonly take: (code: string) => Promise<boolean>;
  readonly end: () => Promise<void>;
};

export type SignInLinkParts = {
  readonly settings: Pick<SettingsRepository, "fact" | "setFact">;
  /** Made of a secret and the admin token: another token does not give it. Undefined while there is no token. */
  readonly proof: (secret: string) => string | undefined;
  readonly nowMs: () => number;
};

const lifeMs = 10 * 60 * 1000;

export function createSignInLinks({ settings, proof, nowMs }: SignInLinkParts): SignInLinks {
  const end = () => settings.setFact("sign_in_link", null);
  return {
    make: async () => {
      const [code, expiresAtMs] = [newSecret(), nowMs() + lifeMs];
      await settings.setFact("sign_in_link", { hash: hashSecret(code), proof: proof(code) ?? "", expiresAtMs });
      return { code, expiresAtMs };
    },
    take: async (code) => {
      const live = await settings.fact("sign_in_link");
      if (live === undefined || live === null || !isSecret(code) || !sameHash(hashSecret(code), live.hash))
        return false;
      await end();
      return live.expiresAtMs > nowMs() && live.proof === (proof(code) ?? "");
    },
    end,
  };
}
