import { Link } from "@tanstack/react-router";
import { buttonClass } from "#components/button";
import { ErrorLine } from "#components/error-state";
import { Section } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { formatCount } from "#lib/format-number";
import { useScopeKeys } from "./list-scope-keys";

/** The keys that share its limits. */
export function ScopeKeys({ by, name }: { readonly by: "team" | "customer"; readonly name: string }) {
  const { data, error, isPending } = useScopeKeys(by, name);
  const search = { f: `${by}:${name}` };
  return (
    <Section
      title="Keys"
      actions={
        <Link to="/keys" search={{ ...search, new: "1" }} className={buttonClass("quiet")}>
          Create key
        </Link>
      }
    >
      <ErrorLine error={error} />
      {isPending && <SkeletonLines />}
      {data?.data.length === 0 && <p className="text-muted">None yet. A key of it shares its limits.</p>}
      <ul className="flex flex-col">
        {data?.data.map(({ id, name: key, usage }) => (
          <li key={id}>
            <Link
              to="/keys"
              search={{ ...search, open: id }}
              className="-mx-2 flex h-8 items-center gap-3 rounded-md px-2 hover:bg-hover"
            >
              <bdi className="min-w-0 flex-1 truncate font-medium">{key}</bdi>
              <span className="text-muted">{formatCount(usage?.requests ?? 0)} requests</span>
            </Link>
          </li>
        ))}
      </ul>
      {data?.has_more === true && (
        <Link to="/keys" search={search} className={`${buttonClass("quiet")} -ml-2.5 self-start`}>
          All keys
        </Link>
      )}
    </Section>
  );
}
