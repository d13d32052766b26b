import type { System } from "#api/schema.gen";
import { DataTable } from "#components/data-table";
import { ErrorLine, ErrorState } from "#components/error-state";
import { Facts } from "#components/facts";
import { PageFrame, Section } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { CatalogSection } from "./catalog-section";
import { Findings } from "./findings";
import { useSystem } from "./get-system";
import { KeyFigures } from "./key-figures";
import { processColumns } from "./process-columns";
import { Storage } from "./storage";
import { SystemActions } from "./system-actions";

/** The instance as it runs: whether all is well, and what can be done where it is not. */
export function Page() {
  const query = useSystem();
  const { data: system, error, refetch } = query;
  if (system === undefined && error !== null)
    return (
      <PageFrame title="System">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </PageFrame>
    );
  return (
    <PageFrame title="System" actions={system && <SystemActions system={system} />}>
      <ErrorLine error={error} />
      <KeyFigures system={system} />
      <Section title="Findings" note="What doctor looks at, and configuration that cannot serve">
        {system === undefined ? <SkeletonLines /> : <Findings findings={system.findings} />}
      </Section>
      <Section title="Processes">
        <DataTable
          label="Processes"
          short
          columns={processColumns}
          rows={system?.processes ?? []}
          rowKey={({ pid }) => String(pid)}
          source={query}
          empty={<p className="text-muted">The processes cannot be told here.</p>}
        />
      </Section>
      <div className="grid gap-8 lg:grid-cols-2">
        <Section title="Storage">
          {system === undefined ? <SkeletonLines /> : <Storage storage={system.storage} />}
        </Section>
        <Section title="Versions and places">
          {system === undefined ? <SkeletonLines /> : <Facts facts={factsOf(system)} />}
        </Section>
        <CatalogSection />
      </div>
    </PageFrame>
  );
}

function factsOf({ versions, platform, data_dir: dataDir, config_file: file }: System) {
  const mono = (text: string) => <span className="font-mono text-sm">{text}</span>;
  return [
    { name: "Headgate", value: versions.headgate },
    { name: "Bun", value: versions.bun },
    { name: "Platform", value: platform },
    { name: "Data directory", value: mono(dataDir) },
    { name: "Configuration file", value: file === undefined ? "None" : mono(file) },
    { name: "Schema", value: `configuration ${versions.configuration_schema}, log ${versions.log_schema}` },
    { name: "Worker protocol", value: String(versions.protocol) },
  ];
}
