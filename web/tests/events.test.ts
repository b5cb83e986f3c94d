import { describe, expect, it } from "vitest";
import { eventParser, type ServerEvent } from "../src/api/events";

function told(...pieces: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parse = eventParser((event) => events.push(event));
  pieces.forEach(parse);
  return events;
}

describe("a stream of events", () => {
  it("is read event by event, wherever it is cut", () => {
    const stream = 'id: 7\nevent: job\ndata: {"a":1}\n\n: ping\n\nid: 8\nevent: job\ndata: {"a":2}\n\n';
    const expected = [
      { id: "7", event: "job", data: '{"a":1}' },
      { id: "8", event: "job", data: '{"a":2}' },
    ];
    expect(told(stream)).toEqual(expected);
    expect(told(...stream)).toEqual(expected);
    expect(told(stream.replaceAll("\n", "\r\n"))).toEqual(expected);
    expect(told(...stream.replaceAll("\n", "\r\n"))).toEqual(expected);
  });

  it("tells nothing for comments and for an event that has not ended", () => {
    expect(told(": ping\n\n", "data: half")).toEqual([]);
  });

  it("joins the lines of one event", () => {
    expect(told("data: a\ndata: b\n\n")).toEqual([{ id: "", event: "message", data: "a\nb" }]);
  });
});
