import { Dialog as Primitive } from "@base-ui/react/dialog";
import { type ReactNode, useRef } from "react";
import { classNames } from "#lib/class-names";
import { IconButton } from "./button";

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly note?: ReactNode;
  readonly wide?: boolean;
  /** A click beside it does not close it: for what cannot be shown again, or took long to write. */
  readonly careful?: boolean;
  readonly children: ReactNode;
  /** Buttons at the lower right, the one that does it last. */
  readonly actions?: ReactNode;
};

/** Asks for something above the page. Esc and a click beside it close it. */
export function Dialog({ open, onClose, title, note, wide = false, careful = false, children, actions }: Props) {
  const content = useRef<HTMLDivElement>(null);
  // What is asked for comes before the button that closes.
  const firstField = () => content.current?.querySelector<HTMLElement>("input, textarea, select") ?? true;
  return (
    <Primitive.Root open={open} disablePointerDismissal={careful} onOpenChange={(next) => !next && onClose()}>
      <Primitive.Portal>
        <Primitive.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Primitive.Popup
          initialFocus={firstField}
          className={classNames(
            "popup fixed top-[10dvh] left-1/2 z-50 flex max-h-[80dvh] w-[calc(100vw-24px)] -translate-x-1/2 flex-col",
            wide ? "max-w-3xl" : "max-w-lg",
          )}
        >
          <header className="flex items-start gap-2 px-5 pt-4">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="text-md font-semibold">{title}</Primitive.Title>
              {note !== undefined && (
                <Primitive.Description render={<div />} className="mt-1 text-muted">
                  {note}
                </Primitive.Description>
              )}
            </div>
            <Primitive.Close render={<IconButton icon="close" label="Close" className="-mt-1 -mr-2" />} />
          </header>
          <div ref={content} className="scroll-thin flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-4">
            {children}
          </div>
          {actions !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{actions}</footer>
          )}
        </Primitive.Popup>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
