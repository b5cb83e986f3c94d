// Pages of accounts, files, quarantine and ledger.
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app";
import { keepSession, session } from "../src/api/client";
import { chooseLanguage, speak } from "../src/languages/language";
import { LedgerPage } from "../src/pages/ledger";
import { MyDataPage } from "../src/pages/my_data";
import { QuarantinePage } from "../src/pages/quarantine";
import { UploadPage } from "../src/pages/upload";
import { UsersPage } from "../src/pages/users";
import { navigate, startRouter } from "../src/router";
import { heart } from "./fixtures";

const sent: { path: string; method: string; body: unknown }[] = [];
let answers: Record<string, { status?: number; json?: unknown }> = {};

beforeEach(async () => {
  await speak("en");
  window.scrollTo = () => undefined;
  sent.length = 0;
  answers = { "/api/diseases": { json: { diseases: [heart] } } };
  vi.stubGlobal("fetch", async (path: string, options: RequestInit = {}) => {
    const body = typeof options.body === "string" ? (JSON.parse(options.body) as unknown) : options.body;
    sent.push({ path, method: options.method ?? "GET", body });
    const answer = answers[path.split("?")[0]!];
    if (!answer) return new Response(JSON.stringify({ detail: "there is nothing under this path" }), { status: 404 });
    return new Response(answer.status === 204 ? null : JSON.stringify(answer.json ?? {}), { status: answer.status ?? 200 });
  });
});

afterEach(() => {
  cleanup();
  keepSession(null);
  vi.unstubAllGlobals();
});

const posts = () => sent.filter((each) => each.method === "POST");
const token = { token: "t", expires_at: "2099-01-01T00:00:00Z" };

describe("a file of outcomes", () => {
  const file = new File(["prediction,outcome\n"], "outcomes.csv", { type: "text/csv" });
  const report = { lines: 3, added: 1, already_there: 1, refused: 1, refusals: [{ line: 3, reason: "outcome: 'perhaps' is neither" }], more: false };

  it("is stored only after it was read and shown", async () => {
    answers["/api/outcomes/preview"] = { json: report };
    answers["/api/outcomes/upload"] = { json: report };
    render(<UploadPage parts={{}} />);
    fireEvent.change(screen.getByLabelText("Choose a file"), { target: { files: [file] } });
    expect(await screen.findByText("outcome: 'perhaps' is neither")).toBeTruthy();
    expect(posts().map((each) => each.path)).toEqual(["/api/outcomes/preview"]);
    fireEvent.click(screen.getByText(/Store 1 outcomes/));
    expect(await screen.findByText("The outcomes are stored")).toBeTruthy();
    expect(posts().map((each) => each.path)).toEqual(["/api/outcomes/preview", "/api/outcomes/upload"]);
  });

  it("that is refused says that nothing was stored", async () => {
    answers["/api/outcomes/preview"] = { status: 422, json: { detail: "the file has no column prediction_id" } };
    render(<UploadPage parts={{}} />);
    fireEvent.change(screen.getByLabelText("Choose a file"), { target: { files: [file] } });
    expect(await screen.findByText("the file has no column prediction_id")).toBeTruthy();
    expect(screen.getByText(/Nothing was stored/)).toBeTruthy();
  });
});

describe("one's own data", () => {
  beforeEach(() => {
    keepSession({ ...token, role: "patient" });
    answers["/api/me"] = { json: { email: "maria@example.org", full_name: "<b>Maria</b>", role: "patient" } };
  });

  it("shows a name as it was typed", async () => {
    render(<MyDataPage />);
    expect(await screen.findByText("<b>Maria</b>")).toBeTruthy();
  });

  it("is erased only with the password, after a second step", async () => {
    answers["/api/me/withdraw"] = { json: { predictions: 4, outcomes: 1 } };
    render(<MyDataPage />);
    fireEvent.click(screen.getByText("Withdraw …"));
    const erase = screen.getByText("Erase everything about me") as HTMLButtonElement;
    expect(erase.disabled).toBe(true);
    fireEvent.input(screen.getByLabelText("Your password, to be sure that it is you"), { target: { value: "correct horse battery" } });
    fireEvent.click(erase);
    expect(await screen.findByText(/Erased: 4 assessments and 1 outcomes/)).toBeTruthy();
    expect(posts()[0]).toMatchObject({ path: "/api/me/withdraw", body: { password: "correct horse battery" } });
  });

  it("keeps the password when the old one is wrong", async () => {
    answers["/api/password"] = { status: 403, json: { detail: "old_password: is wrong", field: "old_password" } };
    render(<MyDataPage />);
    fireEvent.click(screen.getByText("Change password"));
    expect(await screen.findByText(/Your password is unchanged/)).toBeTruthy();
    expect(session.value).not.toBeNull();
  });
});

describe("accounts", () => {
  it("get another role at once, and a refusal is told", async () => {
    keepSession({ ...token, role: "admin" });
    answers["/api/users"] = { json: { users: [{ id: 4, email: "a@example.org", full_name: "", role: "admin", disabled: false, created_at: "2026-01-01T00:00:00Z" }] } };
    answers["/api/users/4/role"] = { status: 409, json: { detail: "this is the last admin" } };
    render(<UsersPage parts={{}} />);
    fireEvent.change(await screen.findByLabelText("Role of a@example.org"), { target: { value: "patient" } });
    expect(await screen.findByText("this is the last admin")).toBeTruthy();
    expect(posts()[0]).toMatchObject({ path: "/api/users/4/role", body: { role: "patient" } });
  });
});

describe("what is held back", () => {
  it("is released with a reason", async () => {
    const entry = { id: 3, disease: "heart", scope: "batch", reason: "17 of 20 contradict", records: 20, state: "open", opened_at: "2026-05-01T10:00:00Z", decided_at: null, decision_reason: null };
    answers["/api/quarantines"] = { json: { quarantines: [entry] } };
    answers["/api/quarantines/3/release"] = { json: {} };
    render(<QuarantinePage parts={{}} />);
    fireEvent.input(await screen.findByLabelText("Your reason"), { target: { value: "charts are right" } });
    fireEvent.click(screen.getByText("Release: let them teach"));
    await waitFor(() => expect(posts()[0]).toMatchObject({ path: "/api/quarantines/3/release", body: { reason: "charts are right" } }));
  });
});

describe("the ledger", () => {
  it("says whether it holds", async () => {
    answers["/api/ledger"] = { json: { entries: [] } };
    answers["/api/ledger/verification"] = { json: { ok: false, entries: 7, sentence: "entry 5 was changed" } };
    render(<LedgerPage parts={{}} />);
    fireEvent.click(screen.getByText("Verify the ledger"));
    expect(await screen.findByText("It does not hold")).toBeTruthy();
    expect(screen.getByText("entry 5 was changed")).toBeTruthy();
  });
});

describe("the whole app", () => {
  it("asks guests to sign in for pages of accounts, and others for their role", async () => {
    navigate("/overview");
    render(<App />);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Sign in");
    keepSession({ ...token, role: "patient" });
    expect(await screen.findByText("Not for this account")).toBeTruthy();
  });

  it("shows each role only where it may go", async () => {
    keepSession({ ...token, role: "clinician" });
    navigate("/");
    render(<App />);
    expect(await screen.findByText("Awaiting outcome")).toBeTruthy();
    expect(screen.queryByText("Ledger")).toBeNull();
  });

  it("speaks the other language at once, everywhere", async () => {
    navigate("/sign-in");
    render(<App />);
    await chooseLanguage("mr");
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("आत या");
    expect(document.documentElement.lang).toBe("mr");
    await chooseLanguage("en");
  });

  it("moves the focus to the title of the page that one goes to", async () => {
    startRouter();
    navigate("/");
    render(<App />);
    fireEvent.click(screen.getAllByText("Sign in")[0]!);
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Sign in"));
    expect(document.activeElement?.tagName).toBe("H1");
  });
});
