import { useState } from "react";
import { ApiProblem } from "#api/problem";
import { Button } from "#components/button";
import { Field } from "#components/field";
import { useProblemOf } from "#components/field-problems";
import { FormDialog } from "#components/form-dialog";
import { TextAreaField } from "#components/text-field";
import { BulkSecrets } from "./bulk-secrets";
import { useCreateKeys } from "./create-keys";

const sample = `name,team,tags,models,budget_usd,budget_period,requests_per_minute,expires_at
anna,,use=notebook,openai/*;anthropic/*,20,1mo,60,
ben,,use=notebook,,20,1mo,60,2027-12-31`;

/** Makes many keys from a table, and gives their secrets once as a download. */
export function BulkDialog({ onClose }: { readonly onClose: () => void }) {
  const [csv, setCsv] = useState("");
  const create = useCreateKeys();
  if (create.data !== undefined) return <BulkSecrets made={create.data.data} onClose={onClose} />;
  const read = async (file: File | undefined) => file !== undefined && setCsv(await file.text());
  return (
    <FormDialog
      wide
      onClose={onClose}
      title="Create many keys"
      note="One a line, at most 1,000, all of them or none. Their secrets come once, as a download."
      action="Create keys"
      busy={create.isPending}
      disabled={csv.trim() === ""}
      error={create.error}
      onSubmit={() => create.mutate(csv)}
      aside={<Button onClick={() => setCsv(sample)}>Fill in an example</Button>}
    >
      <Field label="CSV file" optional>
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".csv,text/csv,text/plain"
            onChange={(event) => void read(event.target.files?.[0])}
            className="text-muted file:mr-3 file:h-7 file:rounded-md file:border file:border-line-strong file:bg-bg file:px-2.5 file:font-medium file:text-text hover:file:bg-hover"
          />
        )}
      </Field>
      <TextAreaField
        label="Table"
        name="csv"
        mono
        rows={8}
        placeholder={sample}
        help="The first line names the columns; name is needed. Lists are apart by semicolons, tags are name=value."
        value={csv}
        onChange={setCsv}
      />
      <RowProblems error={create.error} />
    </FormDialog>
  );
}

/** What is wrong in which line of the table. */
function RowProblems({ error }: { readonly error: Error | null }) {
  if (!(error instanceof ApiProblem)) return null;
  const rows = [...error.fields.keys()].filter((field) => rowPath.test(field));
  return (
    <ul className="flex flex-col gap-1 text-sm text-bad">
      {rows.map((field) => (
        <RowProblem key={field} field={field} />
      ))}
    </ul>
  );
}

function RowProblem({ field }: { readonly field: string }) {
  const detail = useProblemOf(field);
  return (
    <li className="break-words">
      {placeOf(field)} {detail}
    </li>
  );
}

const rowPath = /^rows\[(\d+)\]\.?(.*)$/;

/** `rows[1].name` → `Key 2, name:`. */
function placeOf(field: string): string {
  const [, row, rest = ""] = rowPath.exec(field) ?? [];
  return `Key ${Number(row) + 1}${rest === "" ? "" : `, ${rest}`}:`;
}
