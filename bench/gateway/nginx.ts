import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild } from "../../test/harness/child.ts";
import { freePort } from "../../test/harness/free-port.ts";
import { waitUntil } from "../../test/harness/wait-until.ts";
import { treeOf } from "./processes.ts";

export type Nginx = {
  readonly url: string;
  readonly pids: () => readonly number[];
  /** Connections that it accepted so far, that of the question among them. */
  readonly accepted: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** What one nginx is made of: `location` blocks, and what stands beside the server, such as pools and other servers. */
export type NginxConfig = { readonly locations: string; readonly http?: string };

/** Runs nginx as one process, which leaves no worker behind when it is killed, on a free port; nothing is logged. `/nginx-status` counts its connections. */
export async function startNginx({ locations, http = "" }: NginxConfig): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), "headgate-nginx-"));
  const port = await freePort();
  // A body that does not fit the buffer would be written to a file: no floor for prompts of 100 KB.
  const config = `
daemon off; master_process off; pid ${directory}/pid; error_log ${directory}/error.log crit;
events { worker_connections 8192; }
http {
  access_log off; client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory}; scgi_temp_path ${directory}; keepalive_requests 1000000; client_max_body_size 64m;
  client_body_buffer_size 1m; default_type application/json;
  ${http}
  server { listen 127.0.0.1:${port} backlog=4096; location = /nginx-status { stub_status; } ${locations} }
}`;
  const file = join(directory, "nginx.conf");
  writeFileSync(file, config);
  const child = spawnChild(["nginx", "-c", file, "-p", directory], { name: "nginx" });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/nginx-status`)
      .then((response) => response.status > 0)
      .catch(() => false);
  await waitUntil("nginx to answer (it is installed by `apt-get install nginx-light`)", answers);
  return {
    url,
    pids: () => treeOf(child.pid),
    accepted: async () => Number(/(\d+) \d+ \d+/.exec(await (await fetch(`${url}/nginx-status`)).text())?.[1]),
    stop: async () => {
      await child.stop("SIGTERM", 3000);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
