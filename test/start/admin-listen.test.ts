import { expect, test } from "bun:test";
import { freePort } from "../harness/free-port.ts";
import { startHeadgate } from "../harness/start-headgate.ts";

test("--admin-listen takes the admin API off the public port, but for a virtual key's own view", async () => {
  const port = await freePort();
  const headgate = await startHeadgate({ flags: ["--admin-listen", `127.0.0.1:${port}`] });
  try {
    const admin = { headers: { authorization: `Bearer ${headgate.adminToken}` } };
    const status = async (url: string, init: RequestInit) => (await fetch(url, init)).status;
    expect(await status(`http://127.0.0.1:${port}/api/providers`, admin)).toBe(200);
    for (const path of [
      "/api/providers",
      "/api/docs",
      "/metrics",
      "/ui/",
      "/ui/assets/a.js",
      "/auth/a/start",
      "/scim/v2/Users",
      "/",
    ]) {
      expect(await status(`${headgate.url}${path}`, admin)).toBe(404);
    }
    const page = await fetch(`http://127.0.0.1:${port}/ui/`);
    expect(page.headers.get("content-security-policy")).toStartWith("default-src 'none'; script-src 'self';");
    const own = { headers: { authorization: `Bearer ${headgate.key}` } };
    expect(await status(`${headgate.url}/api/me`, own)).toBe(200);
  } finally {
    await headgate.stop();
  }
});
