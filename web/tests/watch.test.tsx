// What is watched of a live model, and its alarms.
import { cleanup, fireEvent, render, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepSession } from "../src/api/client";
import type { Watch } from "../src/api/watch";
import { DriftBars } from "../src/charts/drift_bars";
import { performanceSeries } from "../src/charts/performance_chart";
import { aligned } from "../src/charts/time_plot";
import { speak } from "../src/languages/language";
import { PerformancePage } from "../src/pages/performance";
import { WatchPage } from "../src/pages/watch";
import { alarm, heart, watched } from "./fixtures";

// uPlot draws on a canvas, which there is none of here.
vi.mock("uplot", () => ({ default: class { setSize() {} destroy() {} } }));

const sent: unknown[] = [];
let watch: Watch = watched;
let closing: { status: number; json: unknown } = { status: 200, json: alarm };

beforeEach(async () => {
  await speak("en");
  sent.length = 0;
  watch = watched;
  closing = { status: 200, json: alarm };
  keepSession({ token: "t", expires_at: "2099-01-01T00:00:00Z", role: "admin" });
  vi.stubGlobal("ResizeObserver", class { observe() {} disconnect() {} });
  vi.stubGlobal("fetch", async (path: string, options: RequestInit = {}) => {
    if (options.method === "POST") {
      sent.push({ path, body: JSON.parse(String(options.body)) });
      return Response.json(closing.json, { status: closing.status });
    }
    if (path === "/api/watch/heart") return Response.json(watch);
    if (path === "/api/alarms?state=open") return Response.json({ alarms: [alarm] });
    if (path === "/api/alarms?state=closed") return Response.json({ alarms: [{ ...alarm, id: 3, closed_at: "2026-06-02T10:00:00Z", closed_by: "user 4 (admin)", closing_reason: "<b>a new laboratory</b>" }] });
    if (path === "/api/diseases/heart") return Response.json(heart);
    return Response.json({ diseases: [heart] });
  });
});

afterEach(() => {
  cleanup();
  keepSession(null);
  vi.unstubAllGlobals();
});

describe("the picture of performance", () => {
  it("has what was estimated, what turned out, and the floor, each with what is known of its error", () => {
    const [estimated, realised, floor] = performanceSeries(watched);
    expect(estimated!.points.length).toBe(8);
    expect(estimated!.points[0]).toMatchObject({ low: 0.79, high: 0.92 });
    expect(realised!.points.map((point) => point.value)).toEqual([0.84, 0.79]); // the third cohort had nobody ill
    expect(floor!.points.map((point) => point.value)).toEqual([0.75, 0.75]);
  });

  it("puts all on one axis of time", () => {
    const series = performanceSeries(watched);
    const { seconds, columns } = aligned(series);
    expect(seconds).toEqual([...seconds].sort((one, other) => one - other));
    expect(columns.length).toBe(3 + 2); // three series, and the two edges of a band
    expect(columns.every((column) => column.length === seconds.length)).toBe(true);
  });

  it("has nothing to draw before anybody was assessed", () => {
    expect(performanceSeries({ ...watched, estimated: [], realised: [] })).toEqual([]);
  });
});

describe("how far inputs have moved", () => {
  it("is told by a word each, the furthest first; what cannot be told is said to be so", () => {
    render(<DriftBars inputs={watched.drift[0]!.inputs} />);
    const rows = screen.getAllByRole("row").slice(1).map((row) => row.textContent);
    expect(rows[0]).toMatch(/^Age0\.31moved/);
    expect(rows[1]).toMatch(/^Total cholesterol0\.07as before22\.1 %, was 1\.3 % more often/);
    expect(rows[3]).toMatch(/^ST depression on exercisecannot be told/);
  });
});

describe("the page of a live model", () => {
  it("shows alarm, performance, people, meaning of risks and who is confirmed", async () => {
    render(<WatchPage parts={{ disease: "heart" }} />);
    expect(await screen.findByText(alarm.sentence)).toBeTruthy();
    expect(screen.getByText(/All 212 confirmed people of this version, 93 ill: AUROC 0\.82 \(0\.76 to 0\.87\)/)).toBeTruthy();
    expect(screen.getByText("The classes differ")).toBeTruthy();
    expect(screen.getByText(watched.return.sentence)).toBeTruthy();
  });

  it("says what is missing when nobody was assessed yet", async () => {
    const none = { ...watched.confirmation, curve: [], differs: false };
    watch = { ...watched, estimated: [], realised: [], realised_total: null, drift: [], window: null, reference: null, judged_at: null, alarms: [], confirmation: none, calibration: { ...watched.calibration, points: [] } };
    render(<WatchPage parts={{ disease: "heart" }} />);
    expect(await screen.findByText("Nothing to show yet")).toBeTruthy();
    expect(screen.getByText("No window is full yet")).toBeTruthy();
    expect(screen.getByText("not yet; the server looks once a minute")).toBeTruthy();
  });
});

describe("an alarm", () => {
  it("gets an owner", async () => {
    render(<PerformancePage parts={{}} />);
    fireEvent.click(await screen.findByText("I look after it"));
    await vi.waitFor(() => expect(sent).toEqual([{ path: "/api/alarms/7/owner", body: {} }]));
  });

  it("is closed with a reason only, and a refusal is told", async () => {
    closing = { status: 422, json: { detail: "reason: names somebody", field: "reason" } };
    render(<PerformancePage parts={{}} />);
    const close = (await screen.findByText("Close the alarm")) as HTMLButtonElement;
    expect(close.disabled).toBe(true);
    fireEvent.input(screen.getByLabelText("Your reason"), { target: { value: "Maria did it" } });
    fireEvent.click(close);
    expect((await screen.findAllByText("reason: names somebody")).length).toBeGreaterThan(0);
    expect(screen.getByText(/The alarm is as it was/)).toBeTruthy();
  });

  it("that is closed says who closed it and why, as text", async () => {
    render(<PerformancePage parts={{}} />);
    const closed = await screen.findByText("Closed alarms");
    const details = closed.closest("details")!;
    details.open = true;
    fireEvent(details, new Event("toggle"));
    expect(await within(details).findByText(/by user 4 \(admin\): <b>a new laboratory<\/b>/)).toBeTruthy();
  });

  it("is only read by clinicians", async () => {
    keepSession({ token: "t", expires_at: "2099-01-01T00:00:00Z", role: "clinician" });
    render(<PerformancePage parts={{}} />);
    expect(await screen.findByText(alarm.sentence)).toBeTruthy();
    expect(screen.queryByText("I look after it")).toBeNull();
  });
});
