/** The formats of a kind of media, by media type: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html */
type Formats = { readonly [mediaType: string]: string };

const images: Formats = {
  "image/png": "png",
  "image/jpeg": "jpeg",
  "image/jpg": "jpeg",
  "image/gif": "gif",
  "image/webp": "webp",
};

const documents: Formats = {
  "application/pdf": "pdf",
  "text/csv": "csv",
  "application/msword": "doc",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.ms-excel": "xls",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "text/html": "html",
  "text/plain": "txt",
  "text/markdown": "md",
};

const videos: Formats = {
  "video/mp4": "mp4",
  "video/x-matroska": "mkv",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "video/x-flv": "flv",
  "video/mpeg": "mpeg",
  "video/x-ms-wmv": "wmv",
  "video/3gpp": "three_gp",
};

const audios: Formats = {
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/ogg": "ogg",
  "audio/flac": "flac",
  "audio/aac": "aac",
  "audio/opus": "opus",
};

const kinds = { image: images, document: documents, video: videos, audio: audios };
export type MediaKind = keyof typeof kinds;

/** The format of a media type; undefined where the kind has none for it. Any other text is a document of plain text. */
export function formatOf(kind: MediaKind, mediaType: string): string | undefined {
  const [type = ""] = mediaType.toLowerCase().split(";");
  const known = kinds[kind][type.trim()];
  if (known !== undefined || kind !== "document") return known;
  return type.startsWith("text/") || type === "application/json" ? "txt" : undefined;
}

/** The format of a document whose media type says nothing, by the end of its name. */
export function formatOfName(name: string | undefined): string | undefined {
  const [, end = ""] = /\.([a-z0-9]+)$/i.exec(name ?? "") ?? [];
  return Object.values(documents).find((format) => format === end.toLowerCase());
}

/** The media type of a format. */
export function mediaTypeOf(kind: MediaKind, format: string): string {
  const wanted = format.toLowerCase();
  const found = Object.entries(kinds[kind]).find(([, known]) => known === wanted);
  return found?.[0] ?? `${kind === "document" ? "application" : kind}/${wanted}`;
}
