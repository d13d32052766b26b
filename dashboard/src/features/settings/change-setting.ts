import { useQueryClient } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import type { SettingsPatch } from "./setting-value";

type Input = {
  readonly label: string;
  readonly patch: SettingsPatch;
  /** What takes it back; left out where what was there cannot be read, as of a secret. */
  readonly back?: SettingsPatch;
};

/** `version` is that of the settings that were seen: what somebody else changed meanwhile is not overwritten. */
export function useChangeSetting(version: string) {
  const call = useCall();
  const client = useQueryClient();
  const send = async ({ patch }: Input) => {
    try {
      return await call("PATCH /api/settings", { body: patch, headers: { "if-match": `"${version}"` } });
    } catch (error) {
      void client.invalidateQueries({ queryKey: ["settings"] });
      throw error;
    }
  };
  return useChange(send, {
    invalidates: ["settings", "system"],
    done: (_, { label }) => `${label} is changed.`,
    undo: async (_, { back }) => {
      if (back === undefined) throw new Error("What was there before is secret: set it anew");
      return await call("PATCH /api/settings", { body: back });
    },
    quietErrors: true,
  });
}
