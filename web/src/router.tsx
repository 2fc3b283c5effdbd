import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "./api/client";
import { filterOf as shownOf } from "./dashboard/filter";
import { App, Loading } from "./shell/app";
import { filterOf } from "./task/filter";
import { viewOf } from "./task/view";
import { text } from "./text";
import { fetched } from "./ui/late";
import { Failure, Home, Notice } from "./ui/notice";

// Each screen is fetched when somebody goes there, so that the first one is there soon; once the server
// answers, if it is away.
const TaskList = lazyRouteComponent(
  fetched(() => import("./task/list/list")),
  "TaskList",
);
const TaskPage = lazyRouteComponent(fetched(() => import("./task/page")));
const NewTask = lazyRouteComponent(
  fetched(() => import("./form/newtask")),
  "NewTask",
);
const EnterWeb = lazyRouteComponent(
  fetched(() => import("./task/openweb")),
  "EnterWeb",
);
const TerminalPage = lazyRouteComponent(
  fetched(() => import("./terminal/page")),
  "TerminalPage",
);
const Dashboard = lazyRouteComponent(
  fetched(() => import("./dashboard/page")),
  "Dashboard",
);
const Cluster = lazyRouteComponent(
  fetched(() => import("./cluster/page")),
  "Cluster",
);
const Admin = lazyRouteComponent(
  fetched(() => import("./admin/page")),
  "Admin",
);

const Recipes = lazyRouteComponent(
  fetched(() => import("./recipe/list")),
  "Recipes",
);
const RecipePage = lazyRouteComponent(
  fetched(() => import("./recipe/run")),
  "RecipePage",
);
const EditRecipe = lazyRouteComponent(
  fetched(() => import("./recipe/edit")),
  "EditRecipe",
);
const Me = lazyRouteComponent(
  fetched(() => import("./me/me")),
  "Me",
);
const Projects = lazyRouteComponent(
  fetched(() => import("./project/list")),
  "Projects",
);
const ProjectPage = lazyRouteComponent(
  fetched(() => import("./project/page")),
  "ProjectPage",
);
const EditProject = lazyRouteComponent(
  fetched(() => import("./project/edit")),
  "EditProject",
);

const rootRoute = createRootRoute({ component: App, notFoundComponent: NotFound });

const list = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: filterOf,
  component: () => <TaskList filter={list.useSearch()} />,
});

const create = createRoute({
  getParentRoute: () => rootRoute,
  path: "/task/new",
  validateSearch: fromOf,
  component: () => <NewTask from={create.useSearch().from} />,
});

const task = createRoute({
  getParentRoute: () => rootRoute,
  path: "/task/$id",
  validateSearch: viewOf,
  component: () => {
    const id = Number(task.useParams().id);
    return Number.isSafeInteger(id) && id > 0 ? <TaskPage key={id} id={id} /> : <NotFound />;
  },
});

const web = createRoute({
  getParentRoute: () => rootRoute,
  path: "/task/$id/web",
  component: () => {
    const id = Number(web.useParams().id);
    return Number.isSafeInteger(id) && id > 0 ? <EnterWeb key={id} id={id} /> : <NotFound />;
  },
});

const terminal = createRoute({
  getParentRoute: () => rootRoute,
  path: "/task/$id/terminal",
  component: () => {
    const id = Number(terminal.useParams().id);
    return Number.isSafeInteger(id) && id > 0 ? <TerminalPage key={id} id={id} /> : <NotFound />;
  },
});

const dashboard = createRoute({
  getParentRoute: () => rootRoute,
  path: "/dashboard",
  validateSearch: shownOf,
  component: () => <Dashboard filter={dashboard.useSearch()} />,
});

const cluster = createRoute({ getParentRoute: () => rootRoute, path: "/cluster", component: Cluster });

const admin = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin",
  component: () => <Admin part="users" />,
});

const adminPart = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/$part",
  component: () => <Admin part={adminPart.useParams().part} />,
});

const Compare = lazyRouteComponent(fetched(() => import("./task/compare/page")));
const compare = createRoute({
  getParentRoute: () => rootRoute,
  path: "/compare",
  validateSearch: ({ a, b }: Record<string, unknown>): { a?: number; b?: number } => ({
    ...(Number(a) > 0 ? { a: Number(a) } : {}),
    ...(Number(b) > 0 ? { b: Number(b) } : {}),
  }),
  component: () => <Compare {...compare.useSearch()} />,
});

const recipes = createRoute({ getParentRoute: () => rootRoute, path: "/recipes", component: Recipes });

const newRecipe = createRoute({
  getParentRoute: () => rootRoute,
  path: "/recipes/new",
  validateSearch: fromOf,
  component: () => <EditRecipe from={newRecipe.useSearch().from} />,
});

const recipe = createRoute({
  getParentRoute: () => rootRoute,
  path: "/recipes/$id",
  component: () => <RecipePage id={recipe.useParams().id} />,
});

const editRecipe = createRoute({
  getParentRoute: () => rootRoute,
  path: "/recipes/$id/edit",
  component: () => <EditRecipe id={editRecipe.useParams().id} />,
});

const me = createRoute({ getParentRoute: () => rootRoute, path: "/me", component: Me });

const projects = createRoute({ getParentRoute: () => rootRoute, path: "/projects", component: Projects });

const newProject = createRoute({
  getParentRoute: () => rootRoute,
  path: "/projects/new",
  component: () => <EditProject />,
});

const project = createRoute({
  getParentRoute: () => rootRoute,
  path: "/projects/$id",
  component: () => <ProjectPage id={project.useParams().id} />,
});

const editProject = createRoute({
  getParentRoute: () => rootRoute,
  path: "/projects/$id/edit",
  component: () => <EditProject id={editProject.useParams().id} />,
});

/** The task that a form begins with. */
function fromOf(search: Record<string, unknown>): { from?: number } {
  const from = Number(search.from);
  return Number.isSafeInteger(from) && from > 0 ? { from } : {};
}

function NotFound() {
  return <Notice title={text.error.noPage} action={<Home />} />;
}

/** The screens and their addresses. Searches are plain texts: ?q=12 stays "12". */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    list,
    create,
    task,
    terminal,
    web,
    compare,
    dashboard,
    cluster,
    admin,
    adminPart,
    recipes,
    newRecipe,
    recipe,
    editRecipe,
    me,
    projects,
    newProject,
    project,
    editProject,
  ]),
  basepath: root.pathname,
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(search))
      if (value !== undefined) params.set(name, String(value));
    const words = params.toString();
    return words && `?${words}`;
  },
  scrollRestoration: true,
  defaultPendingComponent: Loading,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
