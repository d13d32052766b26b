import { Link } from "@tanstack/react-router";
import { Section } from "#components/page-frame";
import { formatMoney } from "#lib/format-money";
import { formatCount } from "#lib/format-number";
import { limitWords } from "#lib/limit-words";
import type { WholeRecord } from "../record";

type LimitUse = NonNullable<WholeRecord["limit_use"]>[number];

/** The limits that held what the request could need, and took what it used, each with both amounts. */
export function CountedLimits({ record }: { readonly record: WholeRecord }) {
  const { limits = [], outcome } = record;
  const uses = record.limit_use ?? limits.map((id) => ({ id }));
  if (uses.length === 0) return null;
  return (
    <Section title={outcome === "refused" ? "Refused by" : "Limits that counted it"}>
      <ul className="flex flex-col">
        {uses.map((use) => (
          <li key={use.id} className="flex min-h-7 min-w-0 flex-wrap items-baseline gap-x-3 border-b border-line py-1">
            <LimitLine use={use} record={record} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function LimitLine({ use, record: { key_id, key_name } }: { readonly use: LimitUse; readonly record: WholeRecord }) {
  const { id } = use;
  const words = limitWords(id);
  const amounts = amountsOf(use);
  if (words === undefined) return <span className="[overflow-wrap:anywhere]">{id}</span>;
  const { kind, of, what } = words;
  const isBudget = id.includes("/budget/");
  return (
    <>
      <span className="min-w-0">
        <span className="text-muted">{kind === "limit" ? "gateway" : kind}</span>{" "}
        <bdi className="[overflow-wrap:anywhere]">{of === key_id ? (key_name ?? of) : of}</bdi>
      </span>
      <span className="text-muted">{what}</span>
      <span className="ml-auto flex flex-wrap items-baseline justify-end gap-x-3">
        {amounts !== "" && <span>{amounts}</span>}
        {isBudget && (
          <Link to="/limits" search={{ open: id }} className="text-sm text-muted hover:text-accent hover:underline">
            Open
          </Link>
        )}
        <Link
          to="/requests"
          search={{ f: `limit_id:${id}` }}
          className="text-sm text-muted hover:text-accent hover:underline"
        >
          Requests
        </Link>
      </span>
    </>
  );
}

/** `held $0.02, took $0.01`; empty where there is nothing to take, and of a limit that refused or is gone. */
function amountsOf({ kind, unit, held, taken }: LimitUse): string {
  if (kind === "concurrency") return "";
  const show = (amount: string) => (unit === "dollars" ? formatMoney(amount) : formatCount(Number(amount)));
  const parts = [
    ...(held === undefined ? [] : [`held ${show(held)}`]),
    ...(taken === undefined ? [] : [`took ${show(taken)}`]),
  ];
  return parts.join(", ");
}
