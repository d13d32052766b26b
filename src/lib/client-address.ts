import { BlockList, isIP } from "node:net";

/**
 * Address of the client that sent a request. `peer` opened the connection. While that address is a trusted proxy's,
 * the last one in `x-forwarded-for` is looked at in its place, and so on from the right: what is left of an address that
 * is not trusted may be made up by the client.
 * @param trusted Addresses or CIDR ranges.
 */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: readonly string[]): string {
  const own = plainAddress(peer) ?? peer;
  if (forwardedFor === null || trusted.length === 0) return own;
  const proxies = addressList(trusted);
  let client = own;
  for (const hop of forwardedFor.split(",").reverse()) {
    const address = plainAddress(hop);
    if (address === undefined || !isListed(proxies, client)) break;
    client = address;
  }
  return client;
}

/** @param ranges Addresses or CIDR ranges; what is neither is left out. */
export function addressList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", bits] = range.split("/");
    const family = isIP(network);
    const most = family === 4 ? 32 : 128;
    if (family === 0 || Number(bits ?? most) > most) continue;
    list.addSubnet(network, Number(bits ?? most), familyName(network));
  }
  return list;
}

/** Whether a list holds an address, in whatever form a connection or a header gives it. */
export function isListed(list: BlockList, text: string): boolean {
  const address = plainAddress(text);
  return address !== undefined && list.check(address, familyName(address));
}

function familyName(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}

/** Without port, brackets and zone, and an IPv4-mapped IPv6 address as IPv4; undefined for what is no address. */
function plainAddress(text: string): string | undefined {
  const [, bracketed, dotted] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text.trim()) ?? [];
  const bare = (bracketed ?? dotted ?? text.trim()).replace(/%.*$/, "").replace(/^::ffff:(?=[\d.]+$)/i, "");
  return isIP(bare) === 0 ? undefined : bare;
}
