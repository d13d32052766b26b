import type { Filter, FilterField } from "#lib/filters";
import { Icon } from "./icon";

type Props = {
  readonly filter: Filter;
  readonly field: FilterField | undefined;
  readonly onRemove: () => void;
};

/** One condition; pressing it takes it away. */
export function FilterChip({ filter, field, onRemove }: Props) {
  const name = field?.label ?? filter.field;
  const value = field?.values?.find(({ value: each }) => each === filter.value)?.label ?? filter.value;
  return (
    <button
      type="button"
      onClick={onRemove}
      aria-label={`Remove the filter ${name} ${value}`}
      className="inline-flex h-5 max-w-full min-w-0 items-center gap-1 rounded-sm bg-active pr-0.5 pl-1.5 text-sm hover:bg-line-strong"
    >
      <span className="text-muted">{name}</span>
      <span className="max-w-48 truncate font-medium">{value}</span>
      <Icon name="close" className="size-3 text-faint" />
    </button>
  );
}
