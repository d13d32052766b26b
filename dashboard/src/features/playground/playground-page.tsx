import { Link } from "@tanstack/react-router";
import { buttonClass } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { EmptyState } from "#components/empty-state";
import { ErrorState } from "#components/error-state";
import { PageFrame } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { useSettings } from "./get-settings";
import { useKeys } from "./list-keys";
import { useModels } from "./list-models";
import { useRoutes } from "./list-routes";
import { Playground } from "./playground";

export function Page() {
  const [models, keys, routes, settings] = [useModels(), useKeys(), useRoutes(), useSettings()];
  const all = [models, keys, routes, settings];
  const failed = all.find(({ error, data }) => error !== null && data === undefined);
  if (
    models.data !== undefined &&
    keys.data !== undefined &&
    routes.data !== undefined &&
    settings.data !== undefined
  ) {
    if (models.data.length === 0) return <NoModel />;
    if (keys.data.length === 0) return <NoKey />;
    return <Playground models={models.data} keys={keys.data} routes={routes.data} settings={settings.data} />;
  }
  return (
    <PageFrame title="Playground">
      {failed?.error ? (
        <ErrorState error={failed.error} onRetry={() => all.forEach(({ refetch }) => void refetch())} />
      ) : (
        <SkeletonLines count={6} />
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
