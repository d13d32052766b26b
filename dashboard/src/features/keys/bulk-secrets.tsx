import { useState } from "react";
import type { VirtualKeySecret } from "#api/schema.gen";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { saveText, writeCsv } from "#lib/csv";

type Props = { readonly made: readonly VirtualKeySecret[]; readonly onClose: () => void };

/** Stays open until the secrets were saved: nobody can show them again. */
export function BulkSecrets({ made, onClose }: Props) {
  const [saved, setSaved] = useState(false);
  const save = () => {
    const rows = made.map(({ name, id, value }) => [name, id, value]);
    saveText("headgate-keys.csv", writeCsv([["name", "id", "secret"], ...rows]), "text/csv");
    setSaved(true);
  };
  return (
    <Dialog
      open
      onClose={() => saved && onClose()}
      title={`${made.length} ${made.length === 1 ? "key is" : "keys are"} made`}
      note="They work from now on. Save their secrets now: they are kept as hashes only, so nobody can show them again."
      actions={
        <>
          <Button kind={saved ? "plain" : "primary"} icon="download" onClick={save}>
            Download secrets
          </Button>
          <Button kind={saved ? "primary" : "plain"} disabled={!saved} onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <ul className="flex flex-col">
        {made.map(({ id, name, hint }) => (
          <li key={id} className="flex min-h-7 items-baseline gap-3 border-b border-line py-1">
            <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
            <span className="font-mono text-xs text-muted">{hint}…</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
