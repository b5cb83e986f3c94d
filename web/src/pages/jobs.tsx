import { get, session } from "../api/client";
import type { Job, JobState } from "../api/contract";
import { duration, moment } from "../format/numbers";
import { t, wordOf } from "../languages/language";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";

export const STATE_TONE: Record<JobState, "plain" | "good" | "caution" | "bad" | "accent"> = {
  queued: "plain",
  running: "accent",
  done: "good",
  failed: "bad",
  cancelled: "caution",
};

function took(job: Job): string {
  if (!job.started_at) return "";
  const end = job.ended_at ? Date.parse(job.ended_at) : Date.now();
  return duration((end - Date.parse(job.started_at)) / 1000);
}

export function JobsPage(_: { parts: Record<string, string> }) {
  const jobs = useFetched((stop) => get<{ jobs: Job[] }>("/api/jobs", stop), []);
  const admin = session.value?.role === "admin";
  return (
    <Page
      title={t("nav.jobs")}
      lead={t("jobs.lead")}
      wide
      actions={
        <>
          <a class="button button-quiet" href={pathOf("policies")}>{t("policies.title")}</a>
          {admin && <a class="button" href={pathOf("overview")}>{t("retrain.do")}</a>}
        </>
      }
    >
      <Loaded of={jobs}>
        {(data) =>
          data.jobs.length === 0 ? (
            <Empty title={t("jobs.empty")}>
              <p>{t("jobs.empty_do")}</p>
              {admin && <a class="button" href={pathOf("overview")}>{t("retrain.do")}</a>}
            </Empty>
          ) : (
            <Card>
              <Table
                caption={t("nav.jobs")}
                rows={data.jobs}
                keyOf={(job) => job.id}
                columns={[
                  { title: t("jobs.number"), cell: (job) => <a href={pathOf("job", { id: job.id })}>{t("jobs.named", { n: job.id })}</a> },
                  { title: t("column.when"), cell: (job) => moment(job.requested_at) },
                  { title: t("jobs.state"), cell: (job) => <Badge tone={STATE_TONE[job.state]}>{wordOf("job_state", job.state)}</Badge> },
                  { title: t("jobs.diseases"), cell: (job) => job.runs.map((run) => run.disease).join(", ") },
                  { title: t("jobs.trigger"), cell: (job) => wordOf("trigger", job.trigger) },
                  { title: t("retrain.reason"), cell: (job) => <span class="break">{job.reason}</span> },
                  { title: t("jobs.took"), number: true, cell: took },
                ]}
              />
            </Card>
          )
        }
      </Loaded>
    </Page>
  );
}
