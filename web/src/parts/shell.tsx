// What is around every page: who one is, where one can go, language and theme.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Role } from "../api/contract";
import { keepSession, post, session } from "../api/client";
import { chooseLanguage, language, LANGUAGES, t, wordOf, type TextKey } from "../languages/language";
import { navigate, pathOf, place, type PageName } from "../router";
import { chooseTheme, theme, type Theme } from "../settings";
import { Icon, type IconName } from "./icon";

interface Destination {
  page: PageName;
  text: TextKey;
  roles: (Role | "guest")[];
}

const DESTINATIONS: Destination[] = [
  { page: "home", text: "nav.assess", roles: ["guest", "patient", "clinician", "approver"] },
  { page: "overview", text: "nav.overview", roles: ["admin", "approver"] },
  { page: "history", text: "nav.history", roles: ["patient"] },
  { page: "inbox", text: "nav.inbox", roles: ["clinician", "approver"] },
  { page: "upload", text: "nav.upload", roles: ["clinician"] },
  { page: "batch", text: "nav.batch", roles: ["clinician"] },
  { page: "jobs", text: "nav.jobs", roles: ["admin", "approver"] },
  { page: "models", text: "nav.models", roles: ["admin", "approver", "clinician"] },
  { page: "quarantine", text: "nav.quarantine", roles: ["admin", "approver"] },
  { page: "users", text: "nav.users", roles: ["admin"] },
  { page: "ledger", text: "nav.ledger", roles: ["admin", "approver"] },
];

/// The destination that the page now shown belongs to.
const BELONGS_TO: Partial<Record<PageName, PageName>> = {
  assess: "home",
  result: "home",
  person: "inbox",
  job: "jobs",
  policies: "jobs",
  model: "models",
  performance: "models",
  watch: "models",
  attempt: "models",
};

export async function signOut(): Promise<void> {
  await post("/api/logout").catch(() => undefined); // ended or unreachable: it is forgotten here all the same
  keepSession(null);
  navigate(pathOf("home"));
}

function LanguageChoice() {
  return (
    <div class="segments" role="group" aria-label={t("nav.language")}>
      {LANGUAGES.map((each) => (
        <button
          key={each.id}
          type="button"
          lang={each.id}
          aria-pressed={language.value === each.id}
          onClick={() => void chooseLanguage(each.id)}
        >
          {each.name}
        </button>
      ))}
    </div>
  );
}

function ThemeChoice() {
  const next: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
  const icons: Record<Theme, IconName> = { system: "screen", light: "sun", dark: "moon" };
  const words: Record<Theme, TextKey> = { system: "theme.system", light: "theme.light", dark: "theme.dark" };
  const label = t("theme.label", { theme: t(words[theme.value]) });
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={() => chooseTheme(next[theme.value])}>
      <Icon name={icons[theme.value]} />
    </button>
  );
}

function Account() {
  if (!session.value) {
    return (
      <div class="account">
        <a class="button button-quiet" href={pathOf("sign_in")}>{t("sign_in.title")}</a>
        <a class="button" href={pathOf("sign_up")}>{t("sign_up.title")}</a>
      </div>
    );
  }
  return (
    <div class="account">
      <a class="button button-quiet" href={pathOf("my_data")}>
        {t("my_data.title")} <span class="role">{wordOf("role", session.value.role)}</span>
      </a>
      <button type="button" class="button button-quiet" onClick={() => void signOut()}>{t("sign_out")}</button>
    </div>
  );
}

export function Shell(props: { children: ComponentChildren }) {
  const open = useSignal(false);
  const role = session.value?.role ?? "guest";
  const now = place.value.page;
  const belongsTo = now === "nowhere" ? now : (BELONGS_TO[now] ?? now);
  useEffect(() => {
    open.value = false;
  }, [place.value]);
  return (
    <>
      <a class="skip" href="#content">{t("nav.skip")}</a>
      <header class="top">
        <div class="top-inside">
          <a class="brand" href={pathOf("home")}>
            <span class="brand-mark"><Icon name="pulse" /></span>
            relearn
          </a>
          <button
            type="button"
            class="icon-button menu-button"
            aria-expanded={open.value}
            aria-controls="menu"
            aria-label={t("nav.menu")}
            onClick={() => (open.value = !open.value)}
          >
            <Icon name="menu" />
          </button>
          <div id="menu" class={open.value ? "menu menu-open" : "menu"}>
            <nav aria-label={t("nav.main")}>
              <ul>
                {DESTINATIONS.filter((each) => each.roles.includes(role)).map((each) => (
                  <li key={each.page}>
                    <a href={pathOf(each.page)} aria-current={belongsTo === each.page ? "page" : undefined}>{t(each.text)}</a>
                  </li>
                ))}
              </ul>
            </nav>
            <div class="menu-end">
              <LanguageChoice />
              <ThemeChoice />
              <Account />
            </div>
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>{props.children}</main>
      <footer class="foot">
        <p>{t("foot.not_a_device")}</p>
      </footer>
    </>
  );
}
