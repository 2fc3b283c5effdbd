import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { sessionQuery } from "../api/queries";
import { useCommands } from "../shell/commands";
import { text as whole } from "../text";
import { admin as t } from "../text/admin";
import { Home, Notice } from "../ui/notice";
import { useTitle } from "../ui/title";
import css from "./admin.module.css";
import { Audit } from "./audit";
import { Configuration } from "./configuration";
import { Images } from "./images";
import { Simulation } from "./simulation";
import { Site } from "./site";
import { Users } from "./users";

export const parts = {
  users: Users,
  images: Images,
  site: Site,
  audit: Audit,
  configuration: Configuration,
  simulation: Simulation,
} satisfies Record<keyof typeof t.parts, ComponentType>;

type Part = keyof typeof parts;
const names = Object.keys(parts) as Part[];

/** What administrators look after. */
export function Admin({ part }: { part: string }) {
  const user = useQuery(sessionQuery).data;
  const navigate = useNavigate();
  const { routesByPath } = useRouter();
  const name = names.find((n) => n === part);
  useTitle(name ? `${t.parts[name]} · ${t.title}` : t.title);
  useCommands(
    names.map((to) => ({
      id: `admin-${to}`,
      label: t.parts[to],
      group: t.title,
      run: () => void navigate({ to: "/admin/$part", params: { part: to } }),
    })),
  );
  if (!user?.admin)
    return (
      <Notice title={t.denied} action={<Home />}>
        {t.deniedHelp}
      </Notice>
    );
  if (!name) return <Notice title={whole.error.noPage} action={<Home />} />;
  const Shown = parts[name];
  const projects: string = "/projects";
  return (
    <div className={css.page} data-wide>
      <Title order={1} size="h2">
        {t.title}
      </Title>
      <nav className={css.parts} aria-label={t.title}>
        {names.map((to) => (
          <Link
            key={to}
            to="/admin/$part"
            params={{ part: to }}
            className={css.part}
            aria-current={to === name ? "page" : undefined}
            data-chosen={to === name || undefined}
          >
            {t.parts[to]}
          </Link>
        ))}
        {projects in routesByPath && (
          <Link to={projects} className={css.part}>
            {t.projects}
          </Link>
        )}
      </nav>
      <Shown />
    </div>
  );
}
