import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { projectsQuery } from "../api/queries";
import type { User } from "../api/types";
import { quotasOf } from "../project/quota";
import { Quotas } from "../project/quotas";
import { text } from "../text";
import { Box } from "./box";
import css from "./me.module.css";
import { myUsageQuery } from "./queries";

/** What one is to the system: numbers, home, projects, and how much one may use. */
export function Profile({ user }: { user: User }) {
  const projects = useQuery(projectsQuery(user.id));
  const days = useQuery(myUsageQuery(user.id));
  const named = (projects.data ?? []).filter(({ id }) => id !== "default");
  return (
    <div className={css.profile}>
      <Box title={text.me.profile}>
        <dl className={`facts ${css.facts}`}>
          <dt>{text.me.role}</dt>
          <dd>{user.admin ? text.nav.admin : user.guest ? text.me.guest : text.me.ordinary}</dd>
          <dt>{text.me.email}</dt>
          <dd>{user.email || text.me.none}</dd>
          <dt>{text.me.home}</dt>
          <dd className="mono">{user.homeDirectory || text.me.none}</dd>
          <dt>{text.me.uid}</dt>
          <dd className="numbers">
            {user.uid} : {user.gid}
          </dd>
          {(user.sgids ?? []).length > 0 && (
            <>
              <dt>{text.me.groups}</dt>
              <dd className="numbers">{(user.sgids ?? []).join(", ")}</dd>
            </>
          )}
          <dt>{text.me.projects}</dt>
          <dd>
            {named.length === 0
              ? text.me.noProjects
              : named.map(({ id }, i) => (
                  <span key={id}>
                    {i > 0 && ", "}
                    <Link to="/projects/$id" params={{ id }}>
                      {id}
                    </Link>
                  </span>
                ))}
          </dd>
          <dt>{text.me.priority}</dt>
          <dd className="numbers">{user.usage.prio}</dd>
        </dl>
      </Box>
      <Box title={text.me.quotas} help={text.me.quotasHelp}>
        {days.isPending ? (
          <Skeleton height={80} />
        ) : (
          <Quotas quotas={quotasOf(user.usage, user.usage.disk, days.data ?? [])} limits={user.usage} />
        )}
      </Box>
    </div>
  );
}
