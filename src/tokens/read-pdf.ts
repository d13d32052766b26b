import { getDocumentProxy } from "unpdf";
import { type CountText, countWords } from "./count-request";

/** What PDFs hold: how many they are, their pages, and the most tokens that their text makes. */
export type PdfContents = { readonly documents: number; readonly pages: number; readonly textTokens: number };

/** Longer ones are taken for as long as the model can read. */
const mostPages = 1000;
/** What a provider writes between pages, and of tables, beside the words. */
const aroundPage = 64;
const spare = 1.1;

/** Reads all of them, within a time; undefined where one cannot be read to its end. */
export async function readPdfs(
  pdfs: readonly Uint8Array[],
  count: CountText,
  isLate: () => boolean,
): Promise<PdfContents | undefined> {
  let [pages, textTokens] = [0, 0];
  for (const bytes of pdfs) {
    // The reader takes the bytes for itself.
    const named = pagesNamed(bytes);
    const found = await readPdf(bytes, count, () => isLate() || pages > mostPages);
    if (found === undefined) return undefined;
    pages += Math.max(found.pages, named);
    textTokens += found.textTokens;
  }
  return pages > mostPages ? undefined : { documents: pdfs.length, pages, textTokens };
}

async function readPdf(
  bytes: Uint8Array,
  count: CountText,
  isOver: () => boolean,
): Promise<{ readonly pages: number; readonly textTokens: number } | undefined> {
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  try {
    if (pdf.numPages > mostPages) return undefined;
    let textTokens = 0;
    for (let number = 1; number <= pdf.numPages; number++) {
      if (isOver()) return undefined;
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const words = items.map((item) => ("str" in item ? item.str : ""));
      // Words apart: tokens do not join over what stands between them, or are fewer then.
      textTokens += aroundPage + Math.ceil(countWords(words.join("\n"), count) * spare);
      page.cleanup();
    }
    return { pages: pdf.numPages, textTokens };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

/** Pages that stand in it uncompressed, whether or not they are part of the document as we read it. */
function pagesNamed(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return text.match(/\/Type\s*\/Page(?![A-Za-z])/g)?.length ?? 0;
}
