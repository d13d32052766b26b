import { ScopeList } from "./scope-list";

export function Page() {
  return <ScopeList kind="teams" />;
}
