// Which component is which page. Those that a first visitor sees come with the first load, all
// others when they are asked for.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Role } from "./api/contract";
import { session } from "./api/client";
import { t } from "./languages/language";
import { AssessPage } from "./pages/assess";
import { HomePage } from "./pages/home";
import { ResultPage } from "./pages/result";
import { SignInPage } from "./pages/sign_in";
import { SignUpPage } from "./pages/sign_up";
import { NotAllowedPage, NotFoundPage } from "./pages/nowhere";
import { Note } from "./parts/notes";
import { Shell } from "./parts/shell";
import { place, type PageName } from "./router";

type PageComponent = ComponentType<{ parts: Record<string, string> }>;
interface PageEntry {
  at_once?: PageComponent;
  later?: () => Promise<PageComponent>;
  roles?: Role[]; // absent: everybody, guests too
}

const EVERY_ROLE: Role[] = ["patient", "clinician", "approver", "admin"];
const OF_MODELS: Role[] = ["clinician", "approver", "admin"];

const PAGES: Record<PageName, PageEntry> = {
  home: { at_once: HomePage },
  sign_in: { at_once: SignInPage },
  sign_up: { at_once: SignUpPage },
  assess: { at_once: AssessPage },
  result: { at_once: ResultPage },
  history: { later: async () => (await import("./pages/history")).HistoryPage, roles: ["patient"] },
  my_data: { later: async () => (await import("./pages/my_data")).MyDataPage, roles: EVERY_ROLE },
  inbox: { later: async () => (await import("./pages/inbox")).InboxPage, roles: ["clinician", "approver"] },
  person: { later: async () => (await import("./pages/person")).PersonPage, roles: ["patient", "clinician", "approver"] },
  upload: { later: async () => (await import("./pages/upload")).UploadPage, roles: ["clinician", "approver"] },
  batch: { later: async () => (await import("./pages/batch")).BatchPage, roles: ["clinician", "approver"] },
  overview: { later: async () => (await import("./pages/overview")).OverviewPage, roles: ["admin", "approver"] },
  jobs: { later: async () => (await import("./pages/jobs")).JobsPage, roles: ["admin", "approver"] },
  job: { later: async () => (await import("./pages/job")).JobPage, roles: ["admin", "approver"] },
  policies: { later: async () => (await import("./pages/policies")).PoliciesPage, roles: ["admin", "approver"] },
  models: { later: async () => (await import("./pages/models")).ModelsPage, roles: OF_MODELS },
  model: { later: async () => (await import("./pages/model")).ModelPage, roles: OF_MODELS },
  attempt: { later: async () => (await import("./pages/attempt")).AttemptPage, roles: OF_MODELS },
  performance: { later: async () => (await import("./pages/performance")).PerformancePage, roles: OF_MODELS },
  watch: { later: async () => (await import("./pages/watch")).WatchPage, roles: OF_MODELS },
  quarantine: { later: async () => (await import("./pages/quarantine")).QuarantinePage, roles: ["admin", "approver"] },
  users: { later: async () => (await import("./pages/users")).UsersPage, roles: ["admin"] },
  ledger: { later: async () => (await import("./pages/ledger")).LedgerPage, roles: ["admin", "approver"] },
};

function LaterPage(props: { name: PageName; entry: PageEntry; parts: Record<string, string> }) {
  const component = useSignal<{ name: PageName; it: PageComponent } | "coming" | "failed">("coming");
  useEffect(() => {
    component.value = "coming";
    props.entry.later!()
      .then((it) => (component.value = { name: props.name, it }))
      .catch(() => (component.value = "failed"));
  }, [props.name]);
  const now = component.value;
  if (now === "failed") {
    return (
      <Note kind="bad" title={t("error.no_answer")}>
        <p>{t("error.page_not_loaded")}</p>
        <button type="button" class="button" onClick={() => window.location.reload()}>{t("again")}</button>
      </Note>
    );
  }
  if (now === "coming" || now.name !== props.name) return <p class="coming" role="status">{t("loading")}</p>;
  return <now.it parts={props.parts} />;
}

function PageNow() {
  const { page, parts } = place.value;
  if (page === "nowhere") return <NotFoundPage />;
  const entry = PAGES[page];
  if (entry.roles && !session.value) return <SignInPage parts={{}} />;
  if (entry.roles && !entry.roles.includes(session.value!.role)) return <NotAllowedPage />;
  const key = `${page} ${Object.values(parts).join(" ")}`;
  if (entry.at_once) return <entry.at_once key={key} parts={parts} />;
  return <LaterPage key={key} name={page} entry={entry} parts={parts} />;
}

export function App() {
  return (
    <Shell>
      <PageNow />
    </Shell>
  );
}
