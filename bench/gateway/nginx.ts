import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild } from "../../test/harness/child.ts";
import { freePort } from "../../test/harness/free-port.ts";
import { waitUntil } from "../../test/harness/wait-until.ts";
import { childrenOf } from "./cpu.ts";

export type Nginx = {
  readonly url: string;
  readonly pids: () => readonly number[];
  readonly stop: () => Promise<void>;
};

/** Runs nginx with one worker and the given `location` blocks on a free port; nothing is logged. */
export async function startNginx(locations: string): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), "headgate-nginx-"));
  const port = await freePort();
  const config = `
daemon off; master_process on; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log crit;
events { worker_connections 8192; }
http {
  access_log off; client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory}; scgi_temp_path ${directory}; keepalive_requests 1000000; client_max_body_size 64m;
  server { listen 127.0.0.1:${port} backlog=4096; ${locations} }
}`;
  const file = join(directory, "nginx.conf");
  writeFileSync(file, config);
  const child = spawnChild(["nginx", "-c", file, "-p", directory], { name: "nginx" });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil("nginx to answer", () =>
    fetch(url)
      .then((response) => response.status > 0)
      .catch(() => false),
  );
  return {
    url,
    pids: () => [child.pid, ...childrenOf(child.pid)],
    stop: async () => {
      await child.stop("SIGTERM", 3000);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The floor: `proxy_pass` with keep-alive to the same upstream. */
export function proxyTo(upstream: string): string {
  return `location / { proxy_pass ${upstream}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }`;
}
