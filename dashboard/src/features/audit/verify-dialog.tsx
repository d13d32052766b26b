import { type FormEvent, useState } from "react";
import type { Answer } from "#api/call";
import { Button } from "#components/button";
import { CopyButton } from "#components/copy-button";
import { Dialog } from "#components/dialog";
import { ErrorLine } from "#components/error-state";
import { Facts } from "#components/facts";
import { TextField } from "#components/text-field";
import { formatCount } from "#lib/format-number";
import { useVerifyAudit } from "./verify-audit";

const form = "verify-audit";

/** Checks the chain of events, against a hash that was noted before where there is one. */
export function VerifyDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const [hash, setHash] = useState("");
  const verify = useVerifyAudit();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verify.mutate(hash.trim());
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Verify the audit log"
      note="Each event carries a hash of itself and of the one before, and the newest is sealed by the master key: a changed or missing event breaks the chain."
      actions={
        <Button kind="primary" type="submit" form={form} busy={verify.isPending}>
          Verify
        </Button>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Hash that you noted before"
          name="hash"
          optional
          mono
          help="Says whether events were cut off at the end since then."
          value={hash}
          onChange={setHash}
        />
        <ErrorLine error={verify.error} />
        {verify.data !== undefined && <Verified result={verify.data} />}
      </form>
    </Dialog>
  );
}

function Verified({ result }: { readonly result: Answer<"GET /api/audit/verify"> }) {
  const { ok, events, broken, found, head } = result;
  return (
    <div role="status" className="flex flex-col gap-2 border-t border-line pt-3">
      <p className={ok ? "font-medium text-good" : "font-medium text-bad"}>{wordsFor(result)}</p>
      <Facts
        facts={[
          { name: "Events checked", value: formatCount(events) },
          ...(broken === undefined ? [] : [{ name: "Broken at", value: `${broken.position}: ${broken.reason}` }]),
          ...(found === undefined ? [] : [{ name: "Noted hash", value: found ? "stands in the chain" : "is missing" }]),
          ...(head === undefined ? [] : [{ name: "Newest hash", value: <Hash text={head.hash} /> }]),
        ]}
      />
      {ok && <p className="text-sm text-muted">Note the newest hash elsewhere: a later check can then ask for it.</p>}
    </div>
  );
}

function wordsFor({ ok, broken, events }: Answer<"GET /api/audit/verify">): string {
  if (broken !== undefined) return "The chain is broken.";
  if (events === 0) return "There is no event: nothing could be verified.";
  return ok ? "The chain is whole." : "The noted hash is not in the chain: events were taken away.";
}

export function Hash({ text }: { readonly text: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className="truncate font-mono text-sm">{text}</span>
      <CopyButton text={text} label="Copy the hash" />
    </span>
  );
}
