import { isBudgetKind, type LimitDraft } from "./limit-drafts";
import { type Option, Select } from "./select";

const modes: readonly Option<LimitDraft["mode"]>[] = [
  { value: "hard", label: "refuse before it is exceeded" },
  { value: "soft", label: "refuse once it is exceeded" },
  { value: "warn", label: "only tell" },
];
const counts = [
  { value: "likely", label: "the probable use" },
  { value: "most", label: "the most possible use" },
] as const;

type Props = {
  readonly name: string;
  readonly limit: LimitDraft;
  readonly onChange: (part: Partial<LimitDraft>) => void;
};

/** What few say of a limit: what it does, how it counts, and for which models. */
export function LimitDetails({ name, limit, onChange }: Props) {
  const { kind, mode, model, strict } = limit;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1.5 pb-1">
      {isBudgetKind(kind) && (
        <Select
          label={`What ${name} does`}
          options={modes}
          value={mode}
          onChange={(next) => onChange({ mode: next })}
          className="w-52"
        />
      )}
      {kind === "tokens" && (
        <Select
          label={`What ${name} counts`}
          options={counts}
          value={strict ? "most" : "likely"}
          onChange={(next) => onChange({ strict: next === "most" })}
          className="w-52"
        />
      )}
      <input
        aria-label={`Models that ${name} counts`}
        placeholder="all models, or a pattern: openai/*"
        value={model}
        spellCheck={false}
        onChange={(event) => onChange({ model: event.target.value })}
        className="control min-w-40 flex-1"
      />
    </div>
  );
}
