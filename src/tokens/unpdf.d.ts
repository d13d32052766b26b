/** What is used of pdf.js as the package unpdf has it: its own types describe the whole of a browser. */
declare module "unpdf" {
  export type PdfText = { readonly items: readonly ({ readonly str: string } | { readonly type: string })[] };
  export type PdfPage = { readonly getTextContent: () => Promise<PdfText>; readonly cleanup: () => void };
  export type PdfDocument = {
    readonly numPages: number;
    readonly getPage: (number: number) => Promise<PdfPage>;
    readonly loadingTask: { readonly destroy: () => Promise<void> };
  };
  export function getDocumentProxy(data: Uint8Array, options: { readonly verbosity: number }): Promise<PdfDocument>;
}
