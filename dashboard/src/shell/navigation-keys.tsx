import { useShortcut } from "#lib/shortcuts";
import { useGoTo } from "./kept-search";
import { type NavigationRow, navigation } from "./pages";

/** `g` and a letter go to each page. */
export function NavigationKeys() {
  return navigation.map((page) => <GoKey key={page.path} page={page} />);
}

function GoKey({ page }: { readonly page: NavigationRow }) {
  const goTo = useGoTo();
  useShortcut(`g ${page.key}`, page.name, () => goTo(page.path));
  return null;
}
