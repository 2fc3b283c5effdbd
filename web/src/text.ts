import { form } from "./text/form";
import { bulk, list } from "./text/list";
import { compare, history, look, timeline, use } from "./text/look";
import { me } from "./text/me";
import { project } from "./text/project";
import { recipe } from "./text/recipe";
import { shell } from "./text/shell";
import { act, array, files, idle, kill, log, task, web } from "./text/task";
import { terminal } from "./text/terminal";
import { why } from "./text/why";

/** Every sentence of the page, in one place. */
export const text = {
  name: "GO-Docker",
  nav: {
    newTask: "New task",
    api: "API reference",
    logOut: "Log out",
    dark: "Use dark colours",
    light: "Use light colours",
    skip: "Skip to the content",
    account: (user: string) => `Account of ${user}`,
    admin: "Administrator",
    version: (v: string) => `Version ${v}`,
  },
  elsewhere: {
    title: (user: string) => `You are logged in as ${user} now`,
    help: (user: string) =>
      `This tab was ${user}'s until the login changed in another one. A form that was begun here is kept for ${user}.`,
    go: (user: string) => `Go on as ${user}`,
    refused: "Somebody else has logged in, in another tab of this browser. Load the page anew.",
  },
  link: {
    connecting: "Connecting…",
    live: "Live",
    lost: "Connection lost. Trying again…",
    lostHelp: "What you see may be out of date. The page catches up by itself as soon as the server answers.",
  },
  login: {
    title: "Log in",
    lead: "Run your containers on the lab's machines.",
    user: "User name",
    password: "Password or API key",
    submit: "Log in",
    ended: "Your session has ended. Log in to go on where you were.",
    wrong: "This user name and password do not fit together.",
  },
  list,
  bulk,
  state: {
    pending: "Pending",
    running: "Running",
    over: "Over",
    suspended: "Suspended",
    succeeded: "Succeeded",
    failed: "Failed",
    killed: "Killed",
    out_of_memory: "Out of memory",
    timed_out: "Timed out",
    idle: "Idle",
    node_lost: "Node lost",
    cannot_start: "Cannot start",
    engine_error: "Engine error",
    rejected: "Rejected",
    over_quota: "Over quota",
    archived: "Archived",
    exit: (code: number) => `Exit code ${code}`,
    waiting: "Waiting for its turn",
    quiet: "Nothing happens in it",
  },
  task,
  array,
  kill,
  terminal,
  why,
  act,
  web,
  log,
  files,
  idle,
  timeline,
  history,
  use,
  look,
  compare,
  form,
  recipe,
  me,
  project,
  shell,
  error: {
    title: "Something went wrong",
    unreachable: "The server does not answer. It may be restarting.",
    status: (status: number) => `The server answered with an error (${status}).`,
    retry: "Try again",
    noPage: "There is nothing at this address",
    home: "Go to the tasks",
  },
  time: {
    now: "just now",
    ago: (length: string) => `${length} ago`,
  },
  amount: {
    strange: (words: string) => `“${words}” is no number here: write 2 or 0.5.`,
    least: (min: number) => `At least ${min.toLocaleString()}.`,
    most: (max: number) => `At most ${max.toLocaleString()}.`,
    between: (min: number, max: number) => `From ${min.toLocaleString()} to ${max.toLocaleString()}.`,
  },
  unit: {
    gb: (n: number) => `${n} GB`,
    ram: (used: string, asked: number) => `${used} of ${asked} GB`,
    cpu: (percent: number, cpus: number) => `${percent} % of ${cpus} ${cpus === 1 ? "cpu" : "cpus"}`,
  },
};
