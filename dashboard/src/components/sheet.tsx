import { Dialog as Primitive } from "@base-ui/react/dialog";
import { type ReactNode, useRef } from "react";
import { classNames } from "#lib/class-names";
import { useShortcut } from "#lib/shortcuts";
import { IconButton } from "./button";

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  /** To the row before and after; undefined where there is none. Also `k` and `j`. */
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
  /** For what stands side by side. */
  readonly wide?: boolean;
  readonly children: ReactNode;
};

/** One thing of a list, beside the list, which stays usable. Esc closes it. */
export function Sheet({ open, onClose, title, actions, onPrevious, onNext, wide = false, children }: Props) {
  const popup = useRef<HTMLDivElement>(null);
  useShortcut("j", "Next", open ? onNext : undefined);
  useShortcut("k", "Previous", open ? onPrevious : undefined);
  return (
    <Primitive.Root open={open} modal={false} disablePointerDismissal onOpenChange={(next) => !next && onClose()}>
      <Primitive.Portal>
        <Primitive.Popup
          ref={popup}
          // Itself, and not the first of its buttons: what can be pressed is not what was opened for.
          initialFocus={popup}
          className={classNames(
            "popup fixed inset-y-0 right-0 z-30 flex w-full flex-col rounded-none border-l border-line bg-bg outline-none",
            wide ? "max-w-6xl" : "max-w-2xl",
          )}
        >
          <header className="flex min-h-12 items-center gap-1 border-b border-line pr-2 pl-4">
            <Primitive.Title className="min-w-0 flex-1 truncate text-md font-semibold">{title}</Primitive.Title>
            {actions}
            {(onPrevious !== undefined || onNext !== undefined) && (
              <>
                <IconButton icon="up" label="Previous (k)" onClick={onPrevious} disabled={onPrevious === undefined} />
                <IconButton icon="down" label="Next (j)" onClick={onNext} disabled={onNext === undefined} />
              </>
            )}
            <Primitive.Close render={<IconButton icon="close" label="Close (Esc)" />} />
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
          <div tabIndex={0} className="scroll-thin min-h-0 flex-1 overflow-y-auto p-4 focus-visible:-outline-offset-2">
            {children}
          </div>
        </Primitive.Popup>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
