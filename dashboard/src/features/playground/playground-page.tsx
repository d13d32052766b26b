import { Link } from "@tanstack/react-router";
import { usePayingKey } from "#api/use-paying-key";
import { buttonClass } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { EmptyState } from "#components/empty-state";
import { ErrorState } from "#components/error-state";
import { PageFrame } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { useSettings } from "./get-settings";
import { useSuggestedModels } from "./list-suggested-models";
import { Playground } from "./playground";
import { useSetup } from "./use-setup";

export function Page() {
  const { key: wanted } = useSetup();
  const [suggested, key, settings] = [useSuggestedModels(), usePayingKey(wanted), useSettings()];
  const all = [suggested, key, settings];
  const failed = all.find(({ error }) => error !== null)?.error ?? null;
  if (suggested.data !== undefined && settings.data !== undefined && !key.isPending && key.error === null) {
    if (suggested.data.length === 0) return <NoModel />;
    if (key.key === undefined) return <NoKey />;
    return <Playground suggested={suggested.data} virtualKey={key.key} settings={settings.data} />;
  }
  return (
    <PageFrame title="Playground">
      {failed === null ? (
        <SkeletonLines count={6} />
      ) : (
        <ErrorState error={failed} onRetry={() => all.forEach(({ refetch }) => void refetch())} />
      )}
    </PageFrame>
  );
}

function NoModel() {
  const code = "providers:\n  demo: {}";
  return (
    <PageFrame title="Playground">
      <EmptyState
        title="There is no model to try yet"
        action={
          <Link to="/providers" className={buttonClass("primary")}>
            Add a provider
          </Link>
        }
        snippet={<CodeBlock snippets={[{ name: "headgate.yaml", code }]} />}
      >
        Models come with providers. The provider <code className="font-mono">demo</code> needs no key and repeats what
        it is told.
      </EmptyState>
    </PageFrame>
  );
}

function NoKey() {
  return (
    <PageFrame title="Playground">
      <EmptyState
        title="There is no virtual key that can pay"
        action={
          <Link to="/keys" className={buttonClass("primary")}>
            Create a key
          </Link>
        }
      >
        Every run is a request of a virtual key, under its limits and budgets, and none can be used now.
      </EmptyState>
    </PageFrame>
  );
}
