import type { ComponentProps } from "react";
import { classNames } from "#lib/class-names";
import { Icon, type IconName } from "./icon";

export type ButtonKind = "primary" | "plain" | "quiet" | "danger";

const kinds: { readonly [kind in ButtonKind]: string } = {
  primary: "bg-accent text-on-accent border-transparent hover:bg-accent-hover",
  plain: "bg-bg border-line-strong hover:bg-hover",
  quiet: "border-transparent text-muted hover:bg-hover hover:text-text",
  danger: "bg-bg border-line-strong text-bad hover:bg-bad-soft hover:border-bad",
};

/** The look of a button, for links that stand among buttons too. */
export function buttonClass(kind: ButtonKind = "plain"): string {
  return classNames(
    "inline-flex h-7 items-center justify-center gap-1.5 rounded-md border px-2.5 font-medium whitespace-nowrap select-none",
    "disabled:opacity-50 disabled:pointer-events-none pointer-coarse:h-9",
    kinds[kind],
  );
}

type Props = ComponentProps<"button"> & {
  readonly kind?: ButtonKind;
  readonly icon?: IconName;
  /** While it works: it cannot be pressed again, and its word stays. */
  readonly busy?: boolean;
};

export function Button({ kind, icon, busy = false, className, children, disabled, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={classNames(buttonClass(kind), busy && "animate-pulse", className)}
    >
      {icon !== undefined && <Icon name={icon} className="-ml-0.5" />}
      {children}
    </button>
  );
}

/** A button that shows only a sign; its name is for screen readers and the pointer that rests on it. */
export function IconButton({
  icon,
  label,
  className,
  ...rest
}: Omit<ComponentProps<"button">, "children"> & { readonly icon: IconName; readonly label: string }) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      className={classNames(
        "inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text pointer-coarse:size-9",
        "disabled:opacity-40 disabled:pointer-events-none data-[popup-open]:bg-active",
        className,
      )}
    >
      <Icon name={icon} />
    </button>
  );
}
