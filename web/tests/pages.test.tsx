// Pages with the server's answers as fixtures: what a person sees, does, and what is then sent.
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import type { ComponentType } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepSession, session } from "../src/api/client";
import type { Role } from "../src/api/contract";
import { speak } from "../src/languages/language";
import { AssessPage } from "../src/pages/assess";
import { drafts, lastResult } from "../src/pages/assess_state";
import { AttemptPage } from "../src/pages/attempt";
import { InboxPage } from "../src/pages/inbox";
import { JobPage, stepsOf } from "../src/pages/job";
import { ModelPage } from "../src/pages/model";
import { OverviewPage } from "../src/pages/overview";
import { PersonPage } from "../src/pages/person";
import { ResultPage } from "../src/pages/result";
import { alarm, doneJob, heart, inbox, prediction, runningJob, stats, versions, waitingAttempt } from "./fixtures";

interface Sent {
  path: string;
  method: string;
  body: unknown;
  headers: Record<string, string>;
}
type Answer = { status?: number; json?: unknown; stream?: string };

const sent: Sent[] = [];
let answers: Record<string, Answer> = {};

beforeEach(async () => {
  await speak("en");
  sent.length = 0;
  answers = {
    "/api/diseases": { json: { diseases: [heart] } },
    "/api/diseases/heart": { json: heart },
  };
  drafts.value = {};
  lastResult.value = null;
  window.scrollTo = () => undefined;
  vi.stubGlobal("fetch", async (path: string, options: RequestInit = {}) => {
    const method = options.method ?? "GET";
    const body = typeof options.body === "string" ? (JSON.parse(options.body) as unknown) : undefined;
    sent.push({ path, method, body, headers: options.headers as Record<string, string> });
    const answer = answers[path.split("?")[0]!] ?? { status: 404, json: { detail: "there is nothing under this path" } };
    const text = answer.stream ?? (answer.json === undefined ? "" : JSON.stringify(answer.json));
    return new Response(answer.status === 204 ? null : text, { status: answer.status ?? 200 });
  });
});

afterEach(() => {
  cleanup();
  keepSession(null);
  vi.unstubAllGlobals();
});

function signedInAs(role: Role): void {
  keepSession({ token: "the token", expires_at: "2099-01-01T00:00:00Z", role });
}

function show(Shown: ComponentType<{ parts: Record<string, string> }>, parts: Record<string, string> = {}): void {
  render(<Shown parts={parts} />);
}

const posts = () => sent.filter((each) => each.method === "POST");

describe("the form of a disease", () => {
  const fill = async () => {
    show(AssessPage, { disease: "heart" });
    fireEvent.input(await screen.findByLabelText("Age"), { target: { value: "61" } });
    fireEvent.click(screen.getByLabelText("Male"));
  };

  it("sends numbers, words of codes and the unit that was chosen", async () => {
    await fill();
    fireEvent.change(screen.getByLabelText("Unit of Total cholesterol"), { target: { value: "mmol/L" } });
    fireEvent.input(screen.getByLabelText("Total cholesterol"), { target: { value: "5.2" } });
    fireEvent.click(screen.getByText("Estimate the risk"));
    await waitFor(() => expect(posts()).toHaveLength(1));
    expect(posts()[0]).toMatchObject({ path: "/api/predict/heart", body: { age_years: 61, sex: "male", total_cholesterol_mg_per_dl: "5.2 mmol/L" } });
  });

  it("sends null for what is not known", async () => {
    await fill();
    fireEvent.click(screen.getByLabelText("I don't know"));
    fireEvent.click(screen.getByText("Estimate the risk"));
    await waitFor(() => expect(posts()).toHaveLength(1));
    expect(posts()[0]!.body).toEqual({ age_years: 61, sex: "male", total_cholesterol_mg_per_dl: null });
  });

  it("sends nothing while a needed value is missing or one cannot be", async () => {
    show(AssessPage, { disease: "heart" });
    fireEvent.input(await screen.findByLabelText("Total cholesterol"), { target: { value: "5.2" } });
    expect(screen.getByText("5.2 is below 50 mg/dL; is it in mmol/L?")).toBeTruthy();
    fireEvent.click(screen.getByText("Estimate the risk"));
    expect(await screen.findAllByText("This is needed")).toHaveLength(2);
    expect(posts()).toEqual([]);
  });

  it("keeps what was typed when the server refuses it, and says why beside the field", async () => {
    answers["/api/predict/heart"] = { status: 422, json: { detail: "age_years: 61 is odd", field: "age_years" } };
    await fill();
    fireEvent.click(screen.getByText("Estimate the risk"));
    expect(await screen.findByText("61 is odd")).toBeTruthy();
    expect((screen.getByLabelText("Age") as HTMLInputElement).value).toBe("61");
    expect(screen.getByText(/What you filled in is still here/)).toBeTruthy();
  });

  it("asks for the session again when it has ended, and forgets the token", async () => {
    signedInAs("patient");
    answers["/api/predict/heart"] = { status: 401, json: { detail: "the session has ended; sign in again" } };
    await fill();
    fireEvent.click(screen.getByText("Estimate the risk"));
    expect(await screen.findByText(/Sign in and try again/)).toBeTruthy();
    expect(session.value).toBeNull();
  });
});

describe("the result", () => {
  it("shows risk, reasons and what it is not, and words as text", async () => {
    const script = "<img src=x onerror=alert(1)>";
    lastResult.value = {
      reference: script,
      assessment: {
        prediction_id: "p-1",
        disease: "heart",
        risk_pct: 61.2,
        risk_class: "high",
        assessment: "In sentences.",
        risk: 0.612,
        interval: { low_pct: 54.8, high_pct: 67.3 },
        typical_risk: 0.31,
        reasons: [
          { predictor: "age_years", label: "Age", value: script, log_odds: 0.4 },
          { predictor: "sex", label: "Sex", value: null, log_odds: -0.001 },
        ],
        flags: [{ predictor: "age_years", message: "unlike the people" }],
        evidence_tier: "demonstration",
        data: "SYNTHETIC",
        model_version: 3,
        model_digest: "3".repeat(64),
        forced: false,
      },
    };
    show(ResultPage, { disease: "heart" });
    expect(await screen.findByText("61 %")).toBeTruthy();
    expect(screen.getAllByText("Of 100 people like this, about 61 have it")).toHaveLength(1);
    expect(screen.getByText("Of 100 people who are told such a risk, 55 to 67 have the disease (95 % interval).")).toBeTruthy();
    expect(screen.getByText("raises")).toBeTruthy();
    expect(screen.getByText("hardly any")).toBeTruthy();
    expect(screen.getByText(/Not a diagnosis/)).toBeTruthy();
    expect(screen.getByText(/never seen a real person/)).toBeTruthy();
    expect(screen.getAllByText(script).length).toBeGreaterThan(0);
    expect(document.querySelector("img")).toBeNull();
  });
});

describe("the overview", () => {
  it("tells open alarms, which lead to what is watched of their disease", async () => {
    signedInAs("admin");
    answers["/api/admin/stats"] = { json: { ...stats, alarms: [alarm] } };
    show(OverviewPage);
    const link = await screen.findByRole("link", { name: "Heart disease: Risks do not mean what they say" });
    expect(link.getAttribute("href")).toBe("/performance/heart");
    expect(screen.getByText(alarm.sentence)).toBeTruthy();
  });

  it("says what a retrain would use, and asks for one once, under one key", async () => {
    signedInAs("admin");
    answers["/api/admin/stats"] = { json: stats };
    answers["/api/admin/retrain"] = { status: 202, json: runningJob };
    show(OverviewPage);
    expect(await screen.findByText("41 new confirmed, 12 positive; the plan asks for 30 and 10")).toBeTruthy();
    fireEvent.click(screen.getByRole("checkbox", { name: /Diabetes/ }));
    fireEvent.input(screen.getByLabelText("Reason"), { target: { value: "monthly" } });
    fireEvent.click(screen.getByRole("button", { name: "Retrain Models" }));
    await waitFor(() => expect(window.location.pathname).toBe("/jobs/7"));
    expect(posts()).toHaveLength(1);
    expect(posts()[0]!.body).toEqual({ diseases: ["heart"], reason: "monthly" });
    expect(posts()[0]!.headers["Idempotency-Key"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("leads to the retrain that is running when another is refused", async () => {
    signedInAs("admin");
    answers["/api/admin/stats"] = { json: stats };
    answers["/api/admin/retrain"] = { status: 409, json: { detail: "a retrain of heart goes on", job: "/api/jobs/5" } };
    show(OverviewPage);
    fireEvent.click(await screen.findByRole("button", { name: "Retrain Models" }));
    const link = await screen.findByText("Watch the retrain that is running");
    expect(link.getAttribute("href")).toBe("/jobs/5");
    expect(posts()[0]!.body).toEqual({});
  });

  it("has no button for an approver", async () => {
    signedInAs("approver");
    answers["/api/admin/stats"] = { json: stats };
    show(OverviewPage);
    await screen.findByText("3,482");
    expect(screen.queryByRole("button", { name: "Retrain Models" })).toBeNull();
  });
});

describe("a retrain", () => {
  const stream = (job: unknown) => ({ stream: `id: 1\nevent: job\ndata: ${JSON.stringify(job)}\n\n` });

  it("shows the step that goes on, and asks again before it throws it away", async () => {
    signedInAs("admin");
    answers["/api/jobs/7/events"] = stream(runningJob);
    answers["/api/jobs/7/cancel"] = { status: 202, json: { ...runningJob, revision: 13 } };
    show(JobPage, { id: "7" });
    expect(await screen.findByText(/18 \/ 45/)).toBeTruthy();
    expect(screen.getByText("Search").closest("li")!.getAttribute("aria-current")).toBe("step");
    fireEvent.click(screen.getByText("Cancel …"));
    expect(posts()).toEqual([]);
    fireEvent.click(screen.getByText("Yes, throw it away"));
    await waitFor(() => expect(posts()[0]).toMatchObject({ path: "/api/jobs/7/cancel" }));
  });

  it("ends with the way to the verdict, and nothing to stop", async () => {
    signedInAs("admin");
    answers["/api/jobs/7/events"] = stream(doneJob);
    show(JobPage, { id: "7" });
    const link = await screen.findByText("Read the verdict");
    expect(link.closest("a")!.getAttribute("href")).toBe("/models/heart/attempts/8");
    expect(screen.queryByText("Cancel …")).toBeNull();
    expect(sent.filter((each) => each.path.endsWith("/events"))).toHaveLength(1);
    expect(sent[0]!.headers.Authorization).toBe("Bearer the token");
  });

  it("says why it cannot be watched", async () => {
    signedInAs("admin");
    answers["/api/jobs/9/events"] = { status: 404, json: { detail: "there is no job 9" } };
    answers["/api/jobs/9"] = { status: 404, json: { detail: "there is no job 9" } };
    show(JobPage, { id: "9" });
    expect(await screen.findByText("there is no job 9")).toBeTruthy();
  });
});

describe("a verdict", () => {
  it("stands in sentences beside both models, and a decision needs a reason", async () => {
    signedInAs("approver");
    answers["/api/models/heart/attempts/8"] = { json: waitingAttempt };
    answers["/api/models/heart/attempts/8/approve"] = { json: { ...waitingAttempt, state: "published" } };
    show(AttemptPage, { disease: "heart", number: "8" });
    expect(await screen.findByText("A new search is not among the changes that go live by themselves.")).toBeTruthy();
    expect(screen.getByText("To come to a verdict it takes about 24 more confirmed people.")).toBeTruthy();
    expect(screen.getByText("At least 8 of them with the disease, 16 without.")).toBeTruthy();
    expect(screen.getByText("0.900 (0.860 to 0.940)", { selector: "[data-title='new model']" })).toBeTruthy();
    const women = screen.getByRole("row", { name: /^Women/ });
    expect(within(women).getByText("not enough evidence")).toBeTruthy();
    const approve = screen.getByRole("button", { name: "Approve" }) as HTMLButtonElement;
    expect(approve.disabled).toBe(true);
    fireEvent.input(screen.getByLabelText("Your reason"), { target: { value: " report read " } });
    fireEvent.click(approve);
    await waitFor(() => expect(posts()[0]).toMatchObject({ path: "/api/models/heart/attempts/8/approve", body: { reason: "report read" } }));
  });

  it("is shown to a clinician without anything to decide", async () => {
    signedInAs("clinician");
    answers["/api/models/heart/attempts/8"] = { json: { ...waitingAttempt, i_may: { approve: false, reject: false, force: false } } };
    show(AttemptPage, { disease: "heart", number: "8" });
    expect(await screen.findByText(/Somebody else has to decide/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
  });
});

describe("the versions of a model", () => {
  it("stand in the order of what was live, and one goes back with what was seen", async () => {
    signedInAs("admin");
    answers["/api/models/heart/versions"] = { json: versions };
    answers["/api/models/heart/attempts"] = { json: { attempts: [waitingAttempt] } };
    answers["/api/models/heart/diff/2/3"] = { json: { from: 2, to: 3, facts: [], same_inputs: true, invented_patients: null } };
    answers["/api/models/heart/rollback"] = { json: { version: versions.versions[1], serving: 2 } };
    show(ModelPage, { disease: "heart" });
    await screen.findByText("rolled back");
    fireEvent.input(screen.getByLabelText("Why"), { target: { value: "too many false alarms" } });
    fireEvent.click(screen.getByRole("button", { name: "Roll back" }));
    await waitFor(() => expect(posts()[0]).toMatchObject({ path: "/api/models/heart/rollback", body: { version: 2, reason: "too many false alarms", seen_live: 3 } }));
  });
});

describe("the inbox", () => {
  it("leads to each person, and says what to do when it is empty", async () => {
    signedInAs("clinician");
    answers["/api/inbox"] = { json: inbox };
    show(InboxPage);
    const link = await screen.findByText("chart 1200");
    expect(link.getAttribute("href")).toBe(`/predictions/${inbox.predictions[0]!.prediction_id}`);
    cleanup();
    answers["/api/inbox"] = { json: { awaiting: 0, predictions: [] } };
    show(InboxPage);
    expect(await screen.findByText("Nothing awaits an outcome")).toBeTruthy();
  });
});

describe("how it really was", () => {
  it("is said with a reference standard, its source and a day", async () => {
    signedInAs("clinician");
    const id = prediction.prediction_id;
    answers[`/api/predictions/${id}`] = { json: { ...prediction, outcomes: [] } };
    answers["/api/outcomes"] = { status: 201, json: {} };
    show(PersonPage, { id });
    fireEvent.click(await screen.findByLabelText("Confirmed"));
    fireEvent.input(screen.getByLabelText("Seen on"), { target: { value: "2026-05-20" } });
    fireEvent.click(screen.getByRole("button", { name: "Confirm" }));
    await waitFor(() => expect(posts()).toHaveLength(1));
    expect(posts()[0]!.body).toEqual({ prediction_id: id, outcome: "yes", state: "confirmed", reference_standard: "coronary_angiography", source: "imaging", observed_on: "2026-05-20" });
  });

  it("that is contested is adjudicated next", async () => {
    signedInAs("approver");
    answers[`/api/predictions/${prediction.prediction_id}`] = { json: prediction };
    show(PersonPage, { id: prediction.prediction_id });
    expect(await screen.findByText("The picture is of another person.")).toBeTruthy();
    expect(screen.getByLabelText("Adjudicate")).toBeTruthy();
    expect(screen.queryByLabelText("Contest")).toBeNull();
  });
});

describe("the steps of a retrain", () => {
  const at = (second: number) => `2026-06-01T08:00:${String(second).padStart(2, "0")}Z`;
  const run = (state: "running" | "done", steps: [string, number, number | null][]) => ({
    ...runningJob.runs[0]!,
    state,
    steps: steps.map(([step, from, to]) => ({ step, started_at: at(from), ended_at: to === null ? null : at(to) })),
  });
  const told = (shown: ReturnType<typeof stepsOf>) => shown.map((step) => `${step.name} ${step.state} ${step.seconds ?? "-"}`);

  it("stand in the order in which they began, and what is usually still to come behind them", () => {
    expect(told(stepsOf(run("running", [["records", 0, 1], ["read", 1, 3], ["search", 3, null]])))).toEqual([
      "records behind 1",
      "read behind 2",
      "search now -",
      "judge ahead -",
      "evaluate ahead -",
      "report ahead -",
      "replay ahead -",
    ]);
  });

  it("that come again count once, with all their time", () => {
    expect(told(stepsOf(run("done", [["refit", 0, 2], ["fit", 2, 3], ["refit", 3, 7]])))).toEqual(["refit behind 6", "fit behind 1"]);
  });
});
