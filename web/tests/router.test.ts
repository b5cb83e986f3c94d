import { describe, expect, it } from "vitest";
import { pathOf, placeOf, safeNext } from "../src/router";

describe("a path", () => {
  it.each([
    ["/", "home", {}],
    ["/assess/heart", "assess", { disease: "heart" }],
    ["/assess/heart/result", "result", { disease: "heart" }],
    ["/models/heart/attempts/12", "attempt", { disease: "heart", number: "12" }],
    ["/assess/HEART", "nowhere", {}],
    ["/assess/", "nowhere", {}],
    ["/assess/a%20b", "nowhere", {}],
    ["/.env", "nowhere", {}],
  ])("%s is the page %s", (path, page, parts) => {
    expect(placeOf(path)).toMatchObject({ page, parts });
  });

  it("is made of a page and its parts", () => {
    expect(pathOf("attempt", { disease: "heart", number: 3 })).toBe("/models/heart/attempts/3");
  });

  it("may follow a sign-in only if it is one of ours", () => {
    expect(safeNext("/history")).toBe("/history");
    for (const elsewhere of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", null]) {
      expect(safeNext(elsewhere), String(elsewhere)).toBeNull();
    }
  });
});
