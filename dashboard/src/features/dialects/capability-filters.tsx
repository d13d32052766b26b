import { SearchField } from "#components/search-field";
import { Select } from "#components/select";
import type { State } from "./capability-rows";
import { dialectName } from "./dialect-name";

type Props = {
  readonly state: State;
  readonly set: (change: Partial<State>) => void;
  readonly clients: readonly string[];
  readonly providers: readonly string[];
};

const places = [
  { value: "all", label: "Requests and answers" },
  { value: "request", label: "In requests" },
  { value: "answer", label: "In answers" },
] as const;

const shows = [
  { value: "all", label: "Whatever becomes of it" },
  { value: "lost", label: "Only what is lost" },
  { value: "mapped", label: "Only what is mapped" },
  { value: "kept", label: "Only what is kept" },
] as const;

/** Whose words are translated to whose, and which of them are shown. */
export function CapabilityFilters({ state, set, clients, providers }: Props) {
  const from = clients.map((value) => ({ value, label: `Clients of ${dialectName(value)}` }));
  const to = providers.map((value) => ({ value, label: `At ${dialectName(value)}` }));
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      <Select
        label="Client"
        className="max-sm:w-[calc(50%-4px)]"
        options={from}
        value={state.client}
        onChange={(client) => set({ client, ...(client === state.provider && { provider: undefined }) })}
      />
      <Select
        label="Provider"
        className="max-sm:w-[calc(50%-4px)]"
        options={[{ value: "", label: "At any provider" }, ...to]}
        value={state.provider ?? ""}
        onChange={(provider) => set({ provider: provider === "" ? undefined : provider })}
      />
      <Select
        label="Shown"
        className="max-sm:w-[calc(50%-4px)]"
        options={shows}
        value={state.show}
        onChange={(show) => set({ show })}
      />
      <Select
        label="Place"
        className="max-sm:w-[calc(50%-4px)]"
        options={places}
        value={state.about}
        onChange={(about) => set({ about })}
      />
      <SearchField
        label="Filter features"
        placeholder="Filter by words, such as image"
        value={state.q}
        onChange={(q) => set({ q })}
      />
    </div>
  );
}
