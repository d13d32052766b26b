import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { waitUntil } from "../harness/wait-until";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

const hostile = `<script>alert(1)</script><img src="http://evil.example/x.png" onerror=alert(1)> \u202Ereversed\u202C`;
const image = "http://evil.example/picture.png";

/** A conversation with a tool, an image from afar, and a line without a break. */
const messages = [
  { role: "system", content: "You are terse." },
  {
    role: "user",
    content: [
      { type: "text", text: hostile },
      { type: "image_url", image_url: { url: image } },
    ],
  },
  {
    role: "assistant",
    tool_calls: [{ id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Oslo"}' } }],
  },
  { role: "tool", tool_call_id: "call_1", content: '{"sky":"clear"}' },
  { role: "user", content: `The answer, please. ${"x".repeat(50_000)}` },
];

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the page of requests", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config: { providers: { demo: {} } } });
    const { post } = dashboard.headgate;
    const session = { "x-headgate-session": "run-7" };
    await post("/v1/chat/completions", { model: "demo/echo", temperature: 0.5, messages }, session);
    for (let count = 0; count < 40; count += 1) await ask(`Hello ${count}`, count % 2 === 0 ? session : {});
    await waitUntil("the records", async () => (await records("limit=1000")).length >= 41);
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("finds requests by a text in them, and says so in the address", async () => {
    await waitUntil("the bodies", async () => (await records("text=Hello%207")).length === 1);
    const page = await dashboard.open("/requests");
    await page.getByRole("combobox", { name: /Filter/ }).fill("text:Hello 7");
    await page.keyboard.press("Enter");
    await waitUntil("the row", async () => (await page.getByRole("grid").getByRole("row").count()) === 2);
    expect(new URL(page.url()).searchParams.get("f")).toBe("text:Hello 7");
  });

  test("exports what was found by a text", async () => {
    const page = await dashboard.open("/requests?f=text:Hello 7");
    await row(page, 0).waitFor();
    await page.getByRole("button", { name: "Export and link" }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "Export as JSON lines" }).click();
    const file = await (await coming).path();
    const lines = (await Bun.file(file).text()).trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "").asked_model).toBe("demo/echo");
  });

  test("filters by typing, keeps it in the address, and finds one request", async () => {
    const page = await dashboard.open("/requests");
    await row(page, 4).waitFor();
    await page.keyboard.press("/");
    const filter = page.getByRole("combobox", { name: /Filter/ });
    await filter.fill("run-7");
    await filter.fill("session:run-7");
    await page.keyboard.press("Enter");
    await filter.fill("tokens:>10");
    await page.keyboard.press("Enter");
    await page.waitForURL(/f=session_id:run-7&f=tokens:/);
    await page.getByText("1 request", { exact: true }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Remove the filter Session run-7" }).waitFor();
    await row(page, 0).click();
    await page.getByRole("dialog").getByText("You are terse.").waitFor();
  });

  test("has room for the smallest costs", async () => {
    const page = await dashboard.open("/requests");
    await row(page, 0).waitFor();
    const cut: unknown = await page.evaluate(`(() => {
      const headers = [...document.querySelectorAll("[role=columnheader]")];
      const place = headers.findIndex((header) => header.textContent.includes("Cost"));
      const cell = document.querySelectorAll("[role=row][data-index='0'] [role=gridcell]")[place];
      cell.textContent = "$0.000000123";
      return cell.scrollWidth - cell.clientWidth;
    })()`);
    expect(cut).toBe(0);
  });

  test("copies its link where the browser has no clipboard, as on plain http", async () => {
    const page = await dashboard.open("/requests");
    await row(page, 0).waitFor();
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.getByRole("button", { name: "Export and link" }).click();
    await page.getByRole("menuitem", { name: "Copy link", exact: true }).click();
    await page.getByText("The link is copied.").waitFor();
  });

  test("takes every field from the address", async () => {
    const fields = [
      ...["model:echo", "asked_model:demo/echo", "provider:demo", "key:test", "status:200", "outcome:ok", "cost:<1"],
      ...["duration:>0", "tokens:1..100k", "endpoint:chat.completions", "dialect:openai-chat", "stream:false"],
      ...["retried:false", "finish_reason:stop", "session_id:run-7"],
    ];
    const page = await dashboard.open(`/requests?${fields.map((field) => `f=${field}`).join("&")}`);
    await page.getByText("21 requests").waitFor();
    expect(await page.getByRole("button", { name: /^Remove the filter/ }).count()).toBe(fields.length);
    await page.goto(page.url().replace("outcome:ok", "outcome:refused"));
    await page.getByText("No request is like that").waitFor();
  });

  test("shows a conversation as text, goes on by j, marks and notes", async () => {
    const page = await dashboard.open("/requests?order=oldest");
    await row(page, 0).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("<script>alert(1)</script>", { exact: false }).first().waitFor();
    await sheet.getByText("(not loaded)").waitFor();
    await sheet.getByText("get_weather").waitFor();
    await sheet.getByText('"sky": "clear"').waitFor();
    await sheet
      .getByText(/Show 48,\d+ more characters/)
      .first()
      .waitFor();
    expect(await page.locator("script:not([src]), img").count()).toBe(0);
    await sheet.getByRole("button", { name: "Bookmark" }).click();
    await sheet.getByRole("button", { name: "Add a note" }).click();
    await sheet.getByRole("textbox", { name: "Note" }).fill("look at this");
    await sheet.getByRole("button", { name: "Save note" }).click();
    await waitUntil("the note", async () => (await records("bookmarked=true"))[0]?.note === "look at this");
    await sheet.getByRole("tab", { name: "Usage and cost" }).click();
    await sheet.getByRole("row", { name: /^Input [\d,]+ \$0\.10/ }).waitFor();
    await sheet.getByRole("tab", { name: "Code" }).click();
    await sheet.getByText("curl 'http", { exact: false }).waitFor();
    // Of a body of any size a part is drawn.
    await sheet.getByText(/^[\d,]+ more characters are copied with it\.$/).waitFor();
    await page.keyboard.press("j");
    await sheet.getByRole("tab", { name: "Conversation" }).click();
    await sheet.getByText("Hello 0").first().waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
  });

  test("tells what each limit held of a request and took", async () => {
    const { admin, post } = dashboard.headgate;
    const budgets = [{ limit_usd: "5", period: "1d" }];
    const rate_limits = [{ tokens: 9000, per: "1m" }, { concurrent: 4 }];
    const made = await admin("POST", "/api/virtual-keys", { name: "limited", budgets, rate_limits });
    const { value } = JSON.parse(await made.text());
    const body = { model: "demo/echo", max_tokens: 700, messages: [{ role: "user", content: "Hello" }] };
    await (await post("/v1/chat/completions", body, { authorization: `Bearer ${value}` })).arrayBuffer();
    await waitUntil("the record", async () => (await records("key=limited")).length === 1);
    const page = await dashboard.open("/requests?f=key:limited");
    await row(page, 0).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("tab", { name: "Usage and cost" }).click();
    const limits = sheet.getByRole("listitem");
    await limits.filter({ hasText: /dollars a day ?held \$0\.\d+, took \$0\.\d+/ }).waitFor();
    await limits.filter({ hasText: /tokens a minute ?held 7\d\d, took \d+/ }).waitFor();
    await limits.filter({ hasText: /requests at the same time ?Requests/ }).waitFor();
    expect(await limits.count()).toBe(3);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("takes a bookmark and a note that are refused back, in the sheet and the list, and says why", async () => {
    const page = await dashboard.open("/requests?order=oldest");
    const refusals: (() => void)[] = [];
    await page.route(/\/api\/logs\/[^/?]+$/, async (route) => {
      if (route.request().method() !== "PATCH") return route.fallback();
      await new Promise<void>((resolve) => refusals.push(resolve));
      const error = { type: "server_error", code: "storage_full", message: "Cannot keep the note: the disk is full" };
      return route.fulfill({ status: 507, json: { error } });
    });
    const refuse = async () => {
      await waitUntil("the change to be asked for", () => refusals.length > 0);
      refusals.shift()?.();
    };
    await row(page, 3).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("button", { name: "Bookmark", pressed: false }).click();
    // Shown before it is answered.
    await sheet.getByRole("button", { name: "Bookmark", pressed: true }).waitFor();
    await refuse();
    await page.getByText("Cannot keep the note: the disk is full").waitFor();
    await sheet.getByRole("button", { name: "Bookmark", pressed: false }).waitFor();
    await sheet.getByRole("button", { name: "Add a note" }).click();
    await sheet.getByRole("textbox", { name: "Note" }).fill("for later");
    await sheet.getByRole("button", { name: "Save note" }).click();
    await sheet.getByRole("button", { name: "for later" }).waitFor();
    await refuse();
    // Taken back, but what was typed is not lost.
    expect(await sheet.getByRole("textbox", { name: "Note" }).inputValue()).toBe("for later");
    await sheet.getByRole("button", { name: "Cancel" }).click();
    await sheet.getByRole("button", { name: "Add a note" }).waitFor();
    expect(await row(page, 3).locator("[title='for later']").count()).toBe(0);
  });

  test("sends a request again, edited, and compares the answers", async () => {
    const page = await dashboard.open("/requests?f=session_id:run-7");
    await row(page, 0).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("tab", { name: "Replay" }).click();
    const body = sheet.getByRole("textbox", { name: "Request" });
    await body.fill((await body.inputValue()).replace("Hello", "Goodbye"));
    await sheet.getByRole("button", { name: "Send" }).click();
    await sheet.getByText("Goodbye", { exact: false }).and(page.locator("ins")).waitFor();
    await sheet.getByText("Hello", { exact: false }).and(page.locator("del")).waitFor();
    const now = sheet.getByRole("region", { name: /^Now/ });
    await now.getByText(/\$0\.0+\d/).waitFor();
    const [replayed] = await records("tag=playground:true");
    expect(replayed).toBeDefined();
  });

  test("lists the costliest and the slowest first, and by time again", async () => {
    const page = await dashboard.open("/requests");
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname === "/api/logs") asked.push(searchParams.get("order") ?? "");
    });
    const header = (name: string) => page.getByRole("columnheader", { name });
    await row(page, 0).waitFor();
    await header("Cost").getByRole("button").click();
    await page.waitForURL(/order=costliest/);
    await page.locator("[aria-sort=descending]").filter({ hasText: "Cost" }).waitFor();
    // The one whose prompt is of 50,000 characters.
    await row(page, 0).click();
    await page.getByRole("dialog").getByText("You are terse.").waitFor();
    await page.keyboard.press("Escape");
    await header("Duration").getByRole("button").click();
    await page.waitForURL(/order=slowest/);
    await header("Duration").getByRole("button").click();
    await page.locator("[aria-sort=descending]").filter({ hasText: "Time" }).waitFor();
    await waitUntil("both orders", () => asked.includes("costliest") && asked.includes("slowest"));
    // A text is found by time alone, which the API would else refuse.
    await page.goto(`${dashboard.headgate.url}/ui/requests?order=costliest&f=text:Hello`);
    await row(page, 0).waitFor();
  });

  test("shows what is chosen of a record in columns", async () => {
    const page = await dashboard.open("/requests?f=session_id:run-7");
    await row(page, 0).waitFor();
    await page.getByRole("button", { name: "Columns" }).click();
    for (const name of ["Error code", "User agent", "Service tier", "Paid by", "Price version"])
      await page.getByRole("checkbox", { name }).or(page.getByRole("menuitemcheckbox", { name })).check();
    await page.keyboard.press("Escape");
    await row(page, 0).getByText("Bun/").waitFor();
    await row(page, 0).getByText("demo", { exact: true }).waitFor();
    expect(new URL(page.url()).search).toContain("paid-by");
  });

  test("draws a session as a waterfall", async () => {
    const page = await dashboard.open("/requests?f=session_id:run-7&view=waterfall");
    await page
      .getByRole("list", { name: /Requests in the order/ })
      .getByRole("button")
      .nth(20)
      .waitFor();
    await page.getByRole("button", { name: "As a list" }).click();
    await row(page, 0).waitFor();
  });

  test("follows live, and holds back what comes while somebody reads further down", async () => {
    const page = await dashboard.open("/requests?live=1", { height: 500 });
    await page.getByText("connected", { exact: true }).waitFor();
    await row(page, 0).waitFor();
    const count = Number(await page.locator("[aria-rowcount]").getAttribute("aria-rowcount"));
    await ask("live one");
    await page.locator(`[aria-rowcount="${count + 1}"]`).waitFor();
    await scrollTo(page, 400);
    await ask("live two");
    await page.getByRole("button", { name: "1 new request" }).click();
    await page.locator(`[aria-rowcount="${count + 2}"]`).waitFor();
  });

  test("saves a view and finds it again", async () => {
    const page = await dashboard.open("/requests?f=status:200&range=7d");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("textbox", { name: "Name of the view" }).fill("Good ones");
    await page.getByRole("button", { name: "Save view" }).click();
    await page.getByRole("button", { name: "Good ones", exact: true }).waitFor();
    await page.goto(`${dashboard.headgate.url}/ui/requests`);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("button", { name: "Good ones", exact: true }).click();
    await page.waitForURL(/f=status:200&range=7d/);
  });

  test("has no fault for axe", async () => {
    const page = await dashboard.open("/requests?order=oldest");
    await row(page, 0).click();
    await page.getByRole("dialog").getByText("You are terse.").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("fits into 360 pixels", async () => {
    const page = await dashboard.open("/requests", { width: 360 });
    await row(page, 2).waitFor();
    const overflow: number = await page.evaluate(
      "document.querySelector('main').scrollWidth - document.querySelector('main').clientWidth",
    );
    expect(overflow).toBe(0);
  });

  test("broke no policy, asked no other host and threw nothing", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});

async function ask(content: string, headers: { readonly [name: string]: string } = {}): Promise<void> {
  const body = { model: "demo/echo", messages: [{ role: "user", content }] };
  await (await dashboard.headgate.post("/v1/chat/completions", body, headers)).arrayBuffer();
}

async function records(query: string): Promise<readonly { readonly note?: string }[]> {
  return JSON.parse(await (await dashboard.headgate.admin("GET", `/api/logs?${query}`)).text()).data;
}

/** A row of the list, counted from 0; the chart has rows for screen readers too. */
function row(page: Page, index: number) {
  return page.locator(`[data-index="${index}"]`);
}

async function scrollTo(page: Page, top: number): Promise<void> {
  await page.evaluate(`document.querySelector("[role=grid]").scrollTo(0, ${top})`);
  await waitUntil("the scroll to be heard", () =>
    page.evaluate(`document.querySelector("[role=grid]").scrollTop > 100`),
  );
}
