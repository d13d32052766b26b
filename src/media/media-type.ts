/** What a piece of media is to be, as the request says. */
export type MediaKind = "image" | "document" | "audio" | "video";

type Mark = {
  readonly type: string;
  readonly kinds: readonly MediaKind[];
  /** Bytes at a place, in latin1. */
  readonly marks: readonly (readonly [at: number, bytes: string])[];
};

const sound: readonly MediaKind[] = ["audio"];
const film: readonly MediaKind[] = ["video", "audio"];

/**
 * The media types that providers take, by their first bytes. https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 * and the sections that follow it; HEIF: ISO/IEC 23008-12, Matroska: RFC 9559, MPEG: ISO/IEC 11172-1.
 */
const known: readonly Mark[] = [
  { type: "image/png", kinds: ["image"], marks: [[0, "\x89PNG\r\n\x1a\n"]] },
  { type: "image/jpeg", kinds: ["image"], marks: [[0, "\xff\xd8\xff"]] },
  { type: "image/gif", kinds: ["image"], marks: [[0, "GIF8"]] },
  {
    type: "image/webp",
    kinds: ["image"],
    marks: [
      [0, "RIFF"],
      [8, "WEBP"],
    ],
  },
  { type: "image/bmp", kinds: ["image"], marks: [[0, "BM"]] },
  { type: "image/tiff", kinds: ["image"], marks: [[0, "II*\0"]] },
  { type: "image/tiff", kinds: ["image"], marks: [[0, "MM\0*"]] },
  { type: "image/heic", kinds: ["image"], marks: [[4, "ftyphei"]] },
  { type: "image/heif", kinds: ["image"], marks: [[4, "ftypmif1"]] },
  { type: "image/avif", kinds: ["image"], marks: [[4, "ftypavif"]] },
  { type: "application/pdf", kinds: ["document"], marks: [[0, "%PDF-"]] },
  {
    type: "audio/wav",
    kinds: sound,
    marks: [
      [0, "RIFF"],
      [8, "WAVE"],
    ],
  },
  {
    type: "audio/aiff",
    kinds: sound,
    marks: [
      [0, "FORM"],
      [8, "AIFF"],
    ],
  },
  { type: "audio/flac", kinds: sound, marks: [[0, "fLaC"]] },
  { type: "audio/ogg", kinds: film, marks: [[0, "OggS"]] },
  { type: "audio/mpeg", kinds: sound, marks: [[0, "ID3"]] },
  ...["\xff\xfb", "\xff\xf3", "\xff\xf2"].map(
    (bytes): Mark => ({ type: "audio/mpeg", kinds: sound, marks: [[0, bytes]] }),
  ),
  ...["\xff\xf1", "\xff\xf9"].map((bytes): Mark => ({ type: "audio/aac", kinds: sound, marks: [[0, bytes]] })),
  { type: "audio/mp4", kinds: sound, marks: [[4, "ftypM4A"]] },
  { type: "video/quicktime", kinds: film, marks: [[4, "ftypqt"]] },
  { type: "video/3gpp", kinds: film, marks: [[4, "ftyp3gp"]] },
  { type: "video/mp4", kinds: film, marks: [[4, "ftyp"]] },
  { type: "video/webm", kinds: film, marks: [[0, "\x1aE\xdf\xa3"]] },
  { type: "video/mpeg", kinds: film, marks: [[0, "\0\0\x01\xba"]] },
  { type: "video/mpeg", kinds: film, marks: [[0, "\0\0\x01\xb3"]] },
  {
    type: "video/x-msvideo",
    kinds: film,
    marks: [
      [0, "RIFF"],
      [8, "AVI "],
    ],
  },
  { type: "video/x-flv", kinds: film, marks: [[0, "FLV\x01"]] },
];

const office = "application/vnd.openxmlformats-officedocument";
/** What packs and old files of an office hold is said by their server alone. */
const packed: readonly string[] = [
  `${office}.wordprocessingml.document`,
  `${office}.spreadsheetml.sheet`,
  `${office}.presentationml.presentation`,
  "application/epub+zip",
  "application/vnd.oasis.opendocument.text",
];
const compound: readonly string[] = ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"];
const texts: readonly string[] = ["application/json", "application/xml", "application/rtf", "application/x-yaml"];

/**
 * The media type of bytes: by what they are, and where that leaves it open (texts, files of an office) by what their server
 * calls them. Undefined where they are nothing of that kind.
 */
export function mediaTypeOf(bytes: Uint8Array, kind: MediaKind, called: string): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes)).toString("latin1");
  const found = known.find(({ marks }) => marks.every(([at, mark]) => head.startsWith(mark, at)));
  if (found !== undefined) return found.kinds.includes(kind) ? typeFor(found.type, kind) : undefined;
  if (kind !== "document") return undefined;
  const type = called.toLowerCase().split(";")[0]?.trim() ?? "";
  if (head.startsWith("PK\x03\x04")) return packed.find((each) => each === type);
  if (head.startsWith("\xd0\xcf\x11\xe0")) return compound.find((each) => each === type);
  if (!type.startsWith("text/") && !texts.includes(type)) return undefined;
  return isText(bytes) ? type : undefined;
}

const headBytes = 32;

/** The sound of a film is asked for as such. */
function typeFor(type: string, kind: MediaKind): string {
  return kind === "audio" && type.startsWith("video/") ? type.replace("video/", "audio/") : type;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
