import type { Answer } from "#api/call";
import { Button } from "#components/button";
import { ErrorLine } from "#components/error-state";
import { type Fact, Facts } from "#components/facts";
import { Section } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { RelativeTime } from "#components/time-text";
import { formatCount } from "#lib/format-number";
import { useFetchCatalog } from "./fetch-catalog";
import { useCatalog } from "./get-catalog";
import { useResetCatalog } from "./reset-catalog";

type Catalog = Answer<"GET /api/catalog">;

/** Where prices and limits of models come from, and how old they are. */
export function CatalogSection() {
  const { data, error } = useCatalog();
  const [fetch, reset] = [useFetchCatalog(), useResetCatalog()];
  return (
    <Section
      title="Catalog"
      note="Prices and limits of models"
      actions={
        <>
          {data?.fetched !== undefined && (
            <Button icon="refresh" busy={fetch.isPending} onClick={() => fetch.mutate()}>
              Fetch now
            </Button>
          )}
          {data !== undefined && data.source !== "shipped" && (
            <Button kind="quiet" busy={reset.isPending} onClick={() => reset.mutate()}>
              Back to what ships
            </Button>
          )}
        </>
      }
    >
      <ErrorLine error={error} />
      {data === undefined && error === null && <SkeletonLines count={3} />}
      {data?.error !== undefined && <p className="break-words text-bad">{data.error}</p>}
      {data !== undefined && <Facts facts={factsOf(data)} />}
    </Section>
  );
}

const sources = { shipped: "ships with Headgate", file: "a file", url: "fetched" } as const;

function factsOf({ version, models, source, name, applied_at: applied, fetched }: Catalog): readonly Fact[] {
  const from = name === undefined ? sources[source] : `${sources[source]}: ${name}`;
  return [
    { name: "Version", value: <span className="font-mono text-sm break-all">{version}</span> },
    { name: "Models", value: formatCount(models) },
    { name: "From", value: <span className="break-words">{from}</span> },
    ...(applied === undefined ? [] : [{ name: "Applied", value: <RelativeTime value={applied} /> }]),
    ...(fetched?.checked_at === undefined
      ? []
      : [{ name: "Looked for another", value: <RelativeTime value={fetched.checked_at} /> }]),
  ];
}
