import { EmptyState } from "#components/empty-state";
import { PageFrame } from "#components/page-frame";

export function Page() {
  return (
    <PageFrame title="Providers">
      <EmptyState title="This page is not there yet">
        What it will do is done by the API (/api/docs) meanwhile.
      </EmptyState>
    </PageFrame>
  );
}
