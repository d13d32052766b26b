import { Link } from "@tanstack/react-router";
import { useSession } from "#api/session";
import { IconButton } from "#components/button";
import { Icon } from "#components/icon";
import { Kbd } from "#components/kbd";
import { classNames } from "#lib/class-names";
import { useSearchFor } from "./kept-search";
import { type NavigationRow, navigation, navigationGroups } from "./pages";
import { PreferencesMenu } from "./preferences-menu";
import { Wordmark } from "./wordmark";

type Props = {
  /** Where the window is narrow it is shown only when it is asked for. */
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onSearch: () => void;
};

export function SideNavigation({ open, onClose, onSearch }: Props) {
  const { session, signOut } = useSession();
  return (
    <>
      {open && (
        <button
          type="button"
          aria-label="Close navigation"
          onClick={onClose}
          className="fixed inset-0 z-30 bg-scrim md:hidden"
        />
      )}
      <nav
        aria-label="Pages"
        className={classNames(
          "w-52 shrink-0 flex-col border-r border-line bg-subtle",
          open ? "fixed inset-y-0 left-0 z-40 flex md:static" : "hidden md:flex",
        )}
      >
        <div className="flex h-12 shrink-0 items-center px-4">
          <Wordmark />
        </div>
        <button
          type="button"
          onClick={onSearch}
          className="mx-2 mb-4 flex h-7 items-center gap-2 rounded-md border border-line bg-bg px-2 text-muted hover:border-line-strong"
        >
          <Icon name="search" className="size-3.5" />
          <span className="flex-1 text-left">Search</span>
          <Kbd keys={isApple() ? "⌘ K" : "Ctrl K"} />
        </button>
        <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-2 pb-4">
          {navigationGroups.map((group) => (
            <Group key={group} name={group} rows={navigation.filter((row) => row.group === group)} />
          ))}
        </div>
        <div className="flex h-11 shrink-0 items-center gap-1 border-t border-line pr-2 pl-4">
          <span className="min-w-0 flex-1 truncate text-muted" title={session.role}>
            {session.name}
          </span>
          <PreferencesMenu />
          <IconButton icon="sign-out" label="Sign out" onClick={() => signOut("here")} />
        </div>
      </nav>
    </>
  );
}

function Group({ name, rows }: { readonly name: string; readonly rows: readonly NavigationRow[] }) {
  const searchFor = useSearchFor();
  return (
    <div>
      <h2 className="px-2 pb-1 text-xs font-medium text-faint">{name}</h2>
      <ul className="flex flex-col gap-px">
        {rows.map((row) => (
          <li key={row.path}>
            <Link
              to={row.path}
              search={searchFor(row.path)}
              activeOptions={{ exact: row.path === "/", includeSearch: false }}
              className="flex h-7 items-center gap-2 rounded-md px-2 text-muted hover:bg-hover hover:text-text data-[status=active]:bg-active data-[status=active]:font-medium data-[status=active]:text-text pointer-coarse:h-9"
            >
              <Icon name={row.icon} />
              {row.name}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
