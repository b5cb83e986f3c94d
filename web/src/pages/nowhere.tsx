import { session } from "../api/client";
import { t, wordOf } from "../languages/language";
import { Empty } from "../parts/notes";
import { Page } from "../parts/page";
import { pathOf } from "../router";

export function NotFoundPage() {
  return (
    <Page title={t("nowhere.title")}>
      <Empty title={t("nowhere.empty")}>
        <a class="button" href={pathOf("home")}>{t("nowhere.home")}</a>
      </Empty>
    </Page>
  );
}

export function NotAllowedPage() {
  return (
    <Page title={t("not_allowed.title")}>
      <Empty title={t("not_allowed.empty", { role: wordOf("role", session.value?.role ?? "") })}>
        <a class="button" href={pathOf("home")}>{t("nowhere.home")}</a>
      </Empty>
    </Page>
  );
}
