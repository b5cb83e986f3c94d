// What somebody waits for, and how smoothly a list of 100,000 rows scrolls.

const SLOWER = 4; // a processor of a fourth of the speed, as Lighthouse has it for phones
const ROWS = 100_000;
const PAGE = 1000;
const SCROLL_MS = 4000;
const FRAME_MS = 1000 / 60;

/// Seconds of a processor that the page's own thread has had: unlike time, the same on a busy machine.
async function threadSeconds(client) {
  const { metrics } = await client.send("Performance.getMetrics");
  return metrics.find((metric) => metric.name === "ThreadTime").value;
}

/// The first visit to the first page, with nothing kept from before.
export async function measureFirstLoad(browser, address) {
  const context = await browser.newContext({ baseURL: address });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Performance.enable");
  await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  let bytes = 0;
  client.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.goto("/");
  await page.waitForSelector(".disease-card");
  const content_ms = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
  const usable_ms = await page.evaluate(() => performance.now());
  const thread_ms = 1000 * (await threadSeconds(client));
  await context.close();
  return { bytes, content_ms, usable_ms, thread_ms };
}

/// A history of invented rows, in pages as the server sends them.
async function answerWithRows(page) {
  const row = (i) => ({ prediction_id: `p-${i}`, disease: "heart", made_at: new Date(1_700_000_000_000 - i * 60_000).toISOString(), inputs: {}, risk: (i % 97) / 97, risk_class: ["low", "moderate", "high"][i % 3], model_digest: "0e1f".repeat(16) });
  await page.route("**/api/predictions?*", (route) => {
    const before = /before=p-(\d+)/.exec(route.request().url());
    const from = before ? Number(before[1]) + 1 : 0;
    return route.fulfill({ json: { predictions: Array.from({ length: Math.min(PAGE, ROWS - from) }, (_, i) => row(from + i)) } });
  });
}

/// Frames while the whole list goes by, at a speed that no reader scrolls at.
export async function measureScrolling(browser, address) {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const session = { token: "t", expires_at: "2099-01-01T00:00:00Z", role: "patient" };
  await context.addInitScript((kept) => window.sessionStorage.setItem("relearn.session", JSON.stringify(kept)), session);
  await answerWithRows(page);
  await page.goto("/history");
  const list = page.locator(".long-rows");
  await list.waitFor();
  // To the end and to the end again, until all pages are there.
  await page.waitForFunction(
    (rows) => {
      const element = document.querySelector(".long-rows");
      element.scrollTop = element.scrollHeight;
      return Number(document.querySelector(".long-table").getAttribute("aria-rowcount")) > rows;
    },
    ROWS,
    { polling: 30, timeout: 120_000 },
  );
  const client = await context.newCDPSession(page);
  await client.send("Performance.enable");
  const before = await threadSeconds(client);
  const frames = await list.evaluate(
    (element, milliseconds) =>
      new Promise((resolve) => {
        const times = [];
        const begin = performance.now();
        const far = element.scrollHeight - element.clientHeight;
        const step = (now) => {
          times.push(now);
          const gone = (now - begin) / milliseconds;
          element.scrollTop = far * Math.min(1, gone);
          if (gone < 1) requestAnimationFrame(step);
          else resolve(times);
        };
        requestAnimationFrame(step);
      }),
    SCROLL_MS,
  );
  const thread_ms = (1000 * ((await threadSeconds(client)) - before)) / frames.length;
  await context.close();
  const gaps = frames.slice(1).map((time, i) => time - frames[i]);
  const late = gaps.filter((gap) => gap > FRAME_MS * 1.5).length;
  return { rows: ROWS, frames_per_second: (1000 * gaps.length) / (frames.at(-1) - frames[0]), late_pct: (100 * late) / gaps.length, longest_ms: Math.max(...gaps), thread_ms };
}
