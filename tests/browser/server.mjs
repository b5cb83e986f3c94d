// A server of relearn with a store of its own: four accounts, a model of heart disease that was learnt
// from invented people, nothing else.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const ROLES = ["patient", "clinician", "approver", "admin"];
export const emailOf = (role) => `${role}@example.org`;
export const passwordOf = (role) => `the password of ${role}`;

export class Server {
  constructor(program, diseases, scratch) {
    this.program = program;
    this.folder = mkdtempSync(join(scratch, "store."));
    this.environment = {
      ...process.env,
      RELEARN_STORE: join(this.folder, "store"),
      RELEARN_KEY_FILE: join(this.folder, "key"),
    };
    this.diseases = diseases;
  }

  run(words, input = "") {
    return execFileSync(this.program, ["--diseases", this.diseases, ...words], {
      cwd: this.folder,
      env: this.environment,
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    });
  }

  prepare() {
    for (const role of ROLES) {
      const words = ["user", "add", "--email", emailOf(role), "--name", `The ${role}`, "--role", role];
      this.run([...words, "--password-stdin"], `${passwordOf(role)}\n`);
    }
    this.run(["retrain", "heart", "--families", "logistic"]);
  }

  /// Port 0 the first time, the same one when it starts again.
  async start() {
    const words = ["--diseases", this.diseases, "serve", "--listen", `127.0.0.1:${this.port ?? 0}`];
    this.process = spawn(this.program, words, { cwd: this.folder, env: this.environment, stdio: ["ignore", "pipe", "inherit"] });
    this.log = [];
    const lines = createInterface({ input: this.process.stdout });
    await new Promise((resolve, reject) => {
      this.process.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
      lines.on("line", (line) => {
        this.log.push(line);
        const event = JSON.parse(line);
        if (event.event === "listening") {
          this.port = event.port;
          resolve();
        }
      });
    });
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get address() {
    return `http://127.0.0.1:${this.port}`;
  }
}
