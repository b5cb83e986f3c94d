// How a verdict and a state of an attempt look; the words themselves are sentences of the languages.
export const VERDICT_TONE: Record<string, "good" | "caution" | "bad" | "plain" | "accent"> = {
  publish: "good",
  ask: "accent",
  inconclusive: "caution",
  keep: "plain",
};
export const CLAUSE_TONE: Record<string, "good" | "caution" | "bad" | "plain" | "accent"> = {
  publish: "good",
  ask: "accent",
  inconclusive: "caution",
  keep: "bad",
};
