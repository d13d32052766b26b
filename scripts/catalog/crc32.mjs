/** CRC-32 (ISO 3309) of a text's UTF-8 bytes. `zlib.crc32` is newer than the oldest Node that we run on. */
export function crc32(text) {
  let crc = ~0;
  for (const byte of Buffer.from(text, "utf8")) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
