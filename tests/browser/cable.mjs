// What is between the browser and the server: it passes on all bytes, until it is cut.
import { connect, createServer } from "node:net";

export class Cable {
  constructor() {
    this.open = new Set();
    this.whole = true;
  }

  /// The port of the server may change; the cable's own does not.
  async lay(serverPort) {
    this.serverPort = serverPort;
    if (this.listener) return;
    this.listener = createServer((here) => this.join(here));
    await new Promise((resolve) => this.listener.listen(0, "127.0.0.1", resolve));
    this.port = this.listener.address().port;
  }

  join(here) {
    if (!this.whole) {
      here.destroy();
      return;
    }
    const there = connect(this.serverPort, "127.0.0.1");
    for (const [one, other] of [[here, there], [there, here]]) {
      this.open.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.open.delete(one);
        other.destroy();
      });
    }
  }

  cut() {
    this.whole = false;
    for (const end of this.open) end.destroy();
  }

  mend() {
    this.whole = true;
  }

  remove() {
    this.cut();
    this.listener?.close();
  }
}
