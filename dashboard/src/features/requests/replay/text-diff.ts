export type DiffPiece = { readonly kind: "same" | "added" | "removed"; readonly text: string };

/** Longer texts are compared by lines and cut there: the table grows with the product of both lengths. */
const mostPieces = 1500;

/** What was taken out of one text and put in to make another, by words. */
export function diffWords(before: string, after: string): readonly DiffPiece[] {
  const [left, right] = [piecesOf(before), piecesOf(after)];
  const table = lengths(left, right);
  const pieces: DiffPiece[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]];
    if (a !== undefined && a === b) {
      push(pieces, "same", a);
      i += 1;
      j += 1;
    } else if (a !== undefined && (b === undefined || (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) {
      push(pieces, "removed", a);
      i += 1;
    } else if (b !== undefined) {
      push(pieces, "added", b);
      j += 1;
    }
  }
  return pieces;
}

/** Words with what follows them, or lines where there are too many words. */
function piecesOf(text: string): readonly string[] {
  const words = text.match(/\S+\s*|\s+/g) ?? [];
  return words.length <= mostPieces ? words : (text.match(/[^\n]*\n|[^\n]+/g) ?? []).slice(0, mostPieces);
}

/** The length of the longest common sequence from each pair of places on. */
function lengths(left: readonly string[], right: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const [row, below] = [table[i], table[i + 1]];
    if (row === undefined || below === undefined) continue;
    for (let j = right.length - 1; j >= 0; j -= 1) {
      row[j] = left[i] === right[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}

function push(pieces: DiffPiece[], kind: DiffPiece["kind"], text: string): void {
  const last = pieces.at(-1);
  if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text };
  else pieces.push({ kind, text });
}
