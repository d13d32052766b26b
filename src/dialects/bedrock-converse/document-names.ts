const longest = 200;
const fallback = "document";

/**
 * Gives documents the names that Bedrock takes, each another in one request: letters and digits, single spaces, hyphens,
 * parentheses and square brackets (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html).
 */
export function createDocumentNames(): (title: string | undefined) => string {
  const taken = new Set<string>();
  return (title) => {
    const name = cleaned(title ?? "") || fallback;
    let unique = name;
    for (let count = 2; taken.has(unique); count++) {
      const mark = ` (${count})`;
      unique = name.slice(0, longest - mark.length).trimEnd() + mark;
    }
    taken.add(unique);
    return unique;
  };
}

/** What of it can stay, accents taken off. */
function cleaned(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^A-Za-z0-9\s\-()[\]]+/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, longest)
    .trimEnd();
}
