import { useState } from "react";
import type { ConfigurationChange, ConfigurationComparison } from "#api/schema.gen";
import { Button } from "#components/button";
import { Checkbox } from "#components/checkbox";
import { ConfirmDialog } from "#components/confirm-dialog";
import { ErrorLine } from "#components/error-state";
import { Section } from "#components/page-frame";
import { formatCount } from "#lib/format-number";
import { ChangeList } from "./change-list";
import { isDestroying } from "./destroyed";

type Props = {
  readonly comparison: ConfigurationComparison;
  readonly onApply: (remove: boolean) => Promise<unknown>;
  readonly isBusy: boolean;
  readonly error: Error | null;
};

/** What an apply would do, and the apply; what nothing brings back is confirmed by a typed word. */
export function Comparison({ comparison: { valid, errors, changes }, onApply, isBusy, error }: Props) {
  const [removes, setRemoves] = useState(false);
  const [asked, setAsked] = useState(false);
  const removed = changes.filter(({ change }) => change === "removed");
  const done = removes ? changes : changes.filter(({ change }) => change !== "removed");
  const refused = done.filter((change) => change.refused !== undefined);
  const destroyed = done.filter(isDestroying);
  if (!valid) return <Mistakes errors={errors} />;
  if (changes.length === 0) return <p role="status">The text says what holds already. There is nothing to apply.</p>;
  const apply = () => onApply(removes);
  const press = () => (destroyed.length > 0 ? setAsked(true) : void apply().catch(() => undefined));
  const action = done.length === 1 ? "Apply one change" : `Apply ${formatCount(done.length)} changes`;
  return (
    <Section title="What would change" note={<span role="status">{summaryOf(changes)}</span>}>
      <ChangeList changes={changes} removes={removes} />
      {removed.length > 0 && (
        <Checkbox
          label={`Remove what the text does not name (${formatCount(removed.length)})`}
          help="Otherwise that stays as it is."
          checked={removes}
          onChange={setRemoves}
        />
      )}
      {refused.length > 0 && (
        <p className="max-w-prose text-bad">
          All is applied or nothing, and{" "}
          {refused.length === 1 ? "one of these" : `${formatCount(refused.length)} of these`} cannot be applied here.
          Make the text say what the configuration file says there, or change that file.
        </p>
      )}
      <ErrorLine error={asked ? null : error} />
      <Button
        kind={destroyed.length > 0 ? "danger" : "primary"}
        className="self-start"
        busy={isBusy}
        disabled={done.length === 0 || refused.length > 0}
        onClick={press}
      >
        {action}
      </Button>
      <ConfirmDialog
        open={asked}
        onClose={() => setAsked(false)}
        title={`${action}?`}
        name="apply"
        action={action}
        onConfirm={apply}
      >
        <Destroyed changes={destroyed} />
      </ConfirmDialog>
    </Section>
  );
}

function Destroyed({ changes }: { readonly changes: readonly ConfigurationChange[] }) {
  const entries = changes.filter(({ section }) => section !== "settings");
  return (
    <div className="flex flex-col gap-2">
      {entries.length < changes.length && (
        <p>Records that are older than the new retention_days are deleted for good.</p>
      )}
      {entries.length > 0 && (
        <>
          <p>
            {formatCount(entries.length)} removed: {entries.length === 1 ? "it stops" : "they stop"} working at once,
            and secrets in {entries.length === 1 ? "it" : "them"} cannot be brought back.
          </p>
          <p className="break-words text-text">{namesOf(entries)}</p>
        </>
      )}
    </div>
  );
}

function Mistakes({ errors }: Pick<ConfigurationComparison, "errors">) {
  return (
    <div role="alert" className="flex flex-col gap-1 text-bad">
      <p className="font-medium">The text is no valid configuration.</p>
      <ul className="flex flex-col gap-1 break-words">
        {errors.map((error) => (
          <li key={error}>{error.replace(/^pasted:(\d+)/, "Line $1")}</li>
        ))}
      </ul>
    </div>
  );
}

function summaryOf(changes: readonly ConfigurationChange[]): string {
  const count = (kind: ConfigurationChange["change"]) => changes.filter(({ change }) => change === kind).length;
  return `${formatCount(count("added"))} added, ${formatCount(count("changed"))} changed, ${formatCount(count("removed"))} not in the text`;
}

function namesOf(changes: readonly ConfigurationChange[]): string {
  const names = changes.slice(0, 20).map(({ name }) => name);
  return changes.length > names.length
    ? `${names.join(", ")} and ${formatCount(changes.length - names.length)} more`
    : names.join(", ");
}
