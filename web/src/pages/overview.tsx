// The platform at a glance, and the button.
import type { ComponentChildren } from "preact";
import { get, session } from "../api/client";
import type { AdminDisease, AdminStats } from "../api/contract";
import type { Alarm } from "../api/watch";
import { day, number } from "../format/numbers";
import { inLanguage, t, wordOf } from "../languages/language";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";
import { TIER_TONE } from "./alarm_card";
import { RetrainForm } from "./retrain_form";

function Tile(props: { value: number; label: string; href?: string; children?: ComponentChildren }) {
  return (
    <div class="tile">
      <p class="tile-value">{number(props.value)}</p>
      <p class="tile-label">{props.href ? <a href={props.href}>{props.label}</a> : props.label}</p>
      {props.children}
    </div>
  );
}

function Live(props: { disease: AdminDisease }) {
  const { disease } = props;
  if (disease.live_version === null) return <Badge tone="caution">{t("overview.none_live")}</Badge>;
  return (
    <>
      <a href={pathOf("model", { disease: disease.disease })}>{t("result.version", { n: disease.live_version })}</a>{" "}
      {disease.forced && <Badge tone="bad">{t("version.forced")}</Badge>}
      {disease.live_since && <span class="muted"> {t("overview.since", { day: day(disease.live_since) })}</span>}
    </>
  );
}

function Diseases(props: { diseases: AdminDisease[] }) {
  return (
    <Card title={t("overview.diseases")}>
      <Table
        caption={t("overview.diseases")}
        rows={props.diseases}
        keyOf={(row) => row.disease}
        columns={[
          { title: t("column.disease"), cell: (row) => <strong>{inLanguage(row.name)}</strong> },
          { title: t("overview.live"), cell: (row) => <span><Live disease={row} /></span> },
          { title: t("result.tier"), cell: (row) => (row.evidence_tier ? <Badge tone={row.evidence_tier === "clinical" ? "good" : "caution"}>{wordOf("tier", row.evidence_tier)}</Badge> : "") },
          { title: t("overview.predictions"), number: true, cell: (row) => number(row.predictions) },
          { title: t("nav.inbox"), number: true, cell: (row) => number(row.awaiting) },
          { title: t("overview.confirmed"), number: true, cell: (row) => number(row.confirmed) },
          { title: t("overview.contested"), number: true, cell: (row) => number(row.contested) },
          { title: t("overview.new_confirmed"), number: true, cell: (row) => number(row.new_confirmed) },
        ]}
      />
    </Card>
  );
}

function AlarmLine(props: { alarm: Alarm; diseases: AdminDisease[] }) {
  const { alarm } = props;
  const disease = props.diseases.find((each) => each.disease === alarm.disease);
  return (
    <li>
      <a href={pathOf("watch", { disease: alarm.disease })}>{disease ? inLanguage(disease.name) : alarm.disease}: {wordOf("alarm_kind", alarm.kind)}</a>{" "}
      <Badge tone={TIER_TONE[alarm.tier]}>{wordOf("alarm_tier", alarm.tier)}</Badge> <span lang="en" class="break">{alarm.sentence}</span>
    </li>
  );
}

function Overview(props: { stats: AdminStats }) {
  const { stats } = props;
  const quarantines = stats.diseases.reduce((sum, disease) => sum + disease.open_quarantines, 0);
  const fresh = stats.diseases.reduce((sum, disease) => sum + disease.new_confirmed, 0);
  return (
    <>
      {stats.alarms.length > 0 && (
        <Note kind={stats.alarms.some((alarm) => alarm.tier === "act") ? "bad" : "caution"} title={t("overview.alarms")}>
          <ul>{stats.alarms.map((alarm) => <AlarmLine key={alarm.id} alarm={alarm} diseases={stats.diseases} />)}</ul>
          <p><a href={pathOf("performance")}>{t("overview.to_alarms")}</a></p>
        </Note>
      )}
      <div class="tiles">
        <Tile value={stats.users.total ?? 0} label={t("overview.users")} {...(session.value?.role === "admin" ? { href: pathOf("users") } : {})} />
        <Tile value={stats.predictions} label={t("overview.predictions")} />
        <Tile value={stats.awaiting} label={t("nav.inbox")} />
        <Tile value={fresh} label={t("overview.new_confirmed_long")} />
        <Tile value={quarantines} label={t("overview.open_quarantines")} href={pathOf("quarantine")} />
      </div>
      {session.value?.role === "admin" && stats.diseases.length > 0 && <RetrainForm diseases={stats.diseases} />}
      {stats.diseases.length === 0 ? <Empty title={t("home.empty")}><p>{t("home.empty_do")}</p></Empty> : <Diseases diseases={stats.diseases} />}
    </>
  );
}

export function OverviewPage(_: { parts: Record<string, string> }) {
  const stats = useFetched((stop) => get<AdminStats>("/api/admin/stats", stop), []);
  return (
    <Page title={t("nav.overview")} lead={t("overview.lead")} wide>
      <Loaded of={stats}>{(data) => <Overview stats={data} />}</Loaded>
    </Page>
  );
}
