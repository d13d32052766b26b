import { useState } from "react";
import type { System } from "#api/schema.gen";
import { Button } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { Menu } from "#components/menu";
import { useDrain, useRestart } from "./order";
import { useReload } from "./reload";

/** What an operator can do to the instance as a whole. */
export function SystemActions({ system }: { readonly system: System }) {
  const [asked, setAsked] = useState<"restart" | "drain">();
  const [reload, restart, drain] = [useReload(), useRestart(), useDrain()];
  const close = () => setAsked(undefined);
  return (
    <>
      <Button
        icon="refresh"
        busy={reload.isPending}
        disabled={system.config_file === undefined}
        title={system.config_file === undefined ? "The instance was started without a configuration file" : undefined}
        onClick={() => reload.mutate()}
      >
        Reload file
      </Button>
      <Menu
        label="Restart and stop"
        entries={[
          { label: "Restart", icon: "refresh", onSelect: () => setAsked("restart") },
          { label: "Drain and stop", icon: "stop", danger: true, onSelect: () => setAsked("drain") },
        ]}
      />
      <ConfirmDialog
        open={asked === "restart"}
        onClose={close}
        title="Restart the processes?"
        action="Restart"
        onConfirm={() => restart.mutateAsync()}
      >
        New processes of the program on disk take over, and the old ones finish what runs. No request is lost; this page
        is without answer for a moment.
      </ConfirmDialog>
      <ConfirmDialog
        open={asked === "drain"}
        onClose={close}
        title="Drain and stop the instance?"
        name="stop"
        action="Drain and stop"
        onConfirm={() => drain.mutateAsync()}
      >
        New requests are refused, running ones are finished, and then the instance ends, this page with it. It is
        started again where it was started: by its service, or on a terminal.
      </ConfirmDialog>
    </>
  );
}
