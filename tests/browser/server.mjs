// A server of relearn with a store of its own: four accounts, a model of heart disease that was learnt
// from invented people (or from real ones, where RELEARN_SHARED_DATA names a folder of them), one of
// Parkinson's disease that waits for people to agree, and invented people of a hospital: many are
// confirmed, of the others only this program knows how it really was.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Cable } from "./cable.mjs";

export const ROLES = ["patient", "clinician", "approver", "admin"];
export const emailOf = (role) => `${role}@example.org`;
export const passwordOf = (role) => `the password of ${role}`;

const CONFIRMED = 120;
const AWAITING = 100; // of whom 40 are confirmed by hand in each language
const DAY_MS = 86_400_000;

/// The rows of the disease's statistical model as visits that a hospital sends.
/// keepsMark: they say that they are invented, as the first model's people are.
function visitsOf(synthetic, truth, keepsMark) {
  const lines = synthetic.split("\n").filter((line) => line !== "");
  const marks = lines.filter((line) => keepsMark && line.startsWith("#"));
  const [header, ...rows] = lines.filter((line) => !line.startsWith("#"));
  const day = (ago) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
  const names = header.split(",").slice(0, -1);
  const visits = rows.map((row, i) => {
    const values = row.split(",");
    const known = i < CONFIRMED;
    const made = known ? 70 + i : 5 + i - CONFIRMED; // an outcome of today must still count
    if (!known) truth.set(`person/${i}`, values.at(-1) === "1" ? "yes" : "no");
    const outcome = known ? values.at(-1) : "";
    return [...values.slice(0, -1), outcome, day(made), `person/${i}`, "visit", known ? "coronary_angiography" : "", known ? day(made - 30) : ""].join(",");
  });
  const columns = [...names, "outcome", "made_at", "person", "prediction_ref", "reference_standard", "observed_on"];
  return `${[...marks, columns.join(","), ...visits].join("\n")}\n`;
}

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
    this.cable = new Cable();
    this.truth = new Map(); // of those who await an outcome: reference -> yes or no
    const data = process.env.RELEARN_SHARED_DATA;
    this.data = data ? ["--data", data] : [];
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
    for (const disease of ["heart", "parkinsons"]) this.run(["retrain", disease, "--families", "logistic", ...this.data]);
    const rows = String(CONFIRMED + AWAITING);
    const file = join(this.folder, "visits.csv");
    writeFileSync(file, visitsOf(this.run(["data", "synthesize", "heart", "--rows", rows, "--seed", "2026"]), this.truth, this.data.length === 0));
    this.run(["predictions", "import", file, "--disease", "heart", "--contributor", "City Hospital"]);
  }

  /// Port 0 the first time, the same one when it starts again.
  async start() {
    const words = ["--diseases", this.diseases, "serve", "--listen", `127.0.0.1:${this.port ?? 0}`, ...this.data];
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

  /// As the browser reaches it.
  async connect() {
    await this.start();
    await this.cable.lay(this.port);
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
  }

  /// Stops the next trainer of the server as soon as there is one; resolves to what lets it go on.
  async holdTrainer() {
    for (;;) {
      const trainer = this.children().find((child) => child.command.includes("train"));
      if (trainer) {
        process.kill(trainer.pid, "SIGSTOP");
        return () => process.kill(trainer.pid, "SIGCONT");
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /// A thread or a child that ends meanwhile is none.
  children() {
    const read = (...path) => {
      try {
        return readFileSync(join("/proc", ...path), "utf8");
      } catch {
        return "";
      }
    };
    const threads = readdirSync(join("/proc", String(this.process.pid), "task"));
    const lists = threads.map((thread) => read(String(this.process.pid), "task", thread, "children"));
    const pids = lists.join(" ").split(" ").filter((pid) => pid !== "");
    return pids.map((pid) => ({ pid: Number(pid), command: read(pid, "cmdline") }));
  }

  remove() {
    this.cable.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get address() {
    return `http://127.0.0.1:${this.cable.port}`;
  }
}
