// When each disease is retrained by itself.
import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepSession } from "../src/api/client";
import type { Policy } from "../src/api/contract";
import { speak } from "../src/languages/language";
import { nextByCalendar, PoliciesPage, policySentence } from "../src/pages/policies";
import { heart, runningJob } from "./fixtures";

const policy: Policy = { disease: "heart", every_days: 30, new_outcomes: null, last_attempt_at: "2026-06-01T10:00:00Z", confirmed_since: 41 };
const sent: unknown[] = [];

beforeEach(async () => {
  await speak("en");
  sent.length = 0;
  keepSession({ token: "t", expires_at: "2099-01-01T00:00:00Z", role: "admin" });
  vi.stubGlobal("fetch", async (path: string, options: RequestInit = {}) => {
    if (options.method === "POST") {
      sent.push({ path, body: JSON.parse(String(options.body)) });
      return Response.json(policy);
    }
    if (path === "/api/policies") return Response.json({ policies: [policy] });
    if (path === "/api/jobs") return Response.json({ jobs: [{ ...runningJob, id: 9, trigger: "schedule" }, runningJob] });
    return Response.json({ diseases: [heart] });
  });
});

afterEach(() => {
  cleanup();
  keepSession(null);
  vi.unstubAllGlobals();
});

describe("a policy", () => {
  it.each([
    [null, null, "It is retrained only when somebody asks for it."],
    [30, null, "It is retrained 30 days after the last attempt."],
    [null, 50, "It is retrained as soon as 50 outcomes were confirmed after the last attempt."],
    [30, 50, "It is retrained 30 days after the last attempt, or as soon as 50 outcomes were confirmed after it, whichever comes first."],
  ])("of %s days and %s outcomes is told in a sentence", (every_days, new_outcomes, sentence) => {
    expect(policySentence({ ...policy, every_days, new_outcomes })).toBe(sentence);
  });

  it("is counted from the last attempt", () => {
    expect(nextByCalendar(policy)).toBe("2026-07-01T10:00:00.000Z");
    expect(nextByCalendar({ ...policy, last_attempt_at: null })).toBeNull();
    expect(nextByCalendar({ ...policy, every_days: null })).toBeNull();
  });
});

describe("the page of policies", () => {
  it("says what each means, and what it last began", async () => {
    render(<PoliciesPage parts={{}} />);
    expect(await screen.findAllByText("It is retrained 30 days after the last attempt.")).not.toEqual([]);
    expect(screen.getByRole("link", { name: "Retrain 9" }).getAttribute("href")).toBe("/jobs/9");
  });

  it("sends both counts and the reason, and says beforehand what they would mean", async () => {
    render(<PoliciesPage parts={{}} />);
    fireEvent.input(await screen.findByLabelText("Newly confirmed outcomes"), { target: { value: "50" } });
    expect(screen.getByText(/30 days after the last attempt, or as soon as 50/)).toBeTruthy();
    fireEvent.input(screen.getByLabelText("Your reason"), { target: { value: "when there is news" } });
    fireEvent.click(screen.getByText("Set the policy"));
    expect(await screen.findByText("The policy is set, and in the ledger.")).toBeTruthy();
    expect(sent).toEqual([{ path: "/api/policies/heart", body: { every_days: 30, new_outcomes: 50, reason: "when there is news" } }]);
  });

  it("refuses what is no count before anything is sent", async () => {
    render(<PoliciesPage parts={{}} />);
    fireEvent.input(await screen.findByLabelText("Days after the last attempt"), { target: { value: "367" } });
    expect(screen.getByText("A whole number from 1 to 366, or nothing")).toBeTruthy();
    expect((screen.getByText("Set the policy") as HTMLButtonElement).disabled).toBe(true);
  });

  it("is read by approvers, not changed", async () => {
    keepSession({ token: "t", expires_at: "2099-01-01T00:00:00Z", role: "approver" });
    render(<PoliciesPage parts={{}} />);
    expect(await screen.findByText("It is retrained 30 days after the last attempt.")).toBeTruthy();
    expect(screen.queryByText("Set the policy")).toBeNull();
  });
});
