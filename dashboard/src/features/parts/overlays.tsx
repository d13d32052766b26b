import { useState } from "react";
import { Button } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { Dialog } from "#components/dialog";
import { Sheet } from "#components/sheet";
import { useToast } from "#lib/toasts";

export function Overlays() {
  const [opened, setOpened] = useState<"dialog" | "confirm" | "sheet">();
  const toast = useToast();
  const close = () => setOpened(undefined);
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setOpened("dialog")}>Dialog</Button>
      <Button onClick={() => setOpened("confirm")}>Confirm</Button>
      <Button onClick={() => setOpened("sheet")}>Sheet</Button>
      <Button onClick={() => toast({ text: "The key ci was revoked", undo: () => toast({ text: "It works again" }) })}>
        Toast
      </Button>
      <Dialog
        open={opened === "dialog"}
        onClose={close}
        title="Create a key"
        note="It works as soon as this closes."
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button kind="primary">Create key</Button>
          </>
        }
      >
        <p>Its form stands here.</p>
      </Dialog>
      <ConfirmDialog
        open={opened === "confirm"}
        onClose={close}
        title="Delete the key ci?"
        name="ci"
        action="Delete key"
        onConfirm={async () => toast({ text: "The key ci was deleted" })}
      >
        Applications that use it are refused from now on. Its records stay.
      </ConfirmDialog>
      <Sheet open={opened === "sheet"} onClose={close} title="Request 01J…" onNext={() => {}} onPrevious={undefined}>
        <p>One thing of a list, beside it.</p>
      </Sheet>
    </div>
  );
}
