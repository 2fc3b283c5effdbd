// What the page of one task says.

export const task = {
  crumb: "All tasks",
  title: (id: number) => `Task ${id}`,
  output: "Output",
  script: "Script",
  files: "Files",
  details: "Details",
  elements: "Elements",
  where: "Where this is",
  inArray: (id: number) => `Array #${id}`,
  noScript: "This task has no script.",
  gone: {
    missing: "This task does not exist",
    help: "It may have been removed, or it belongs to somebody else.",
  },
  facts: {
    user: "User",
    project: "Project",
    image: "Image",
    digest: "Image that ran",
    cpu: "CPU",
    ram: "Memory",
    executor: "Executor",
    node: "Node",
    submitted: "Submitted",
    started: "Started",
    ended: "Ended",
    duration: "Duration",
    exit: "Exit code",
    attempt: "Attempt",
    again: "Runs again",
    array: "Array",
    value: "Value",
    elements: "Values",
    after: "Starts after",
    used: "Used",
    cpuTime: "CPU time",
    idle: "If idle",
    volumes: "Volumes",
    tags: "Tags",
    webPort: "Web port",
  },
};

/** What becomes of a session in which nothing happens. */
export const idle = (action: string, after: string) =>
  `${action === "end" ? "Ends" : "Freezes until somebody connects"} after ${after}`;

export const array = {
  none: {
    pending: "No element waits",
    running: "No element runs",
    over: "No element is over",
    unsuccessful: "All that are over succeeded",
  },
  count: (n: number) => (n === 1 ? "1 element" : `${n.toLocaleString()} elements`),
  progress: ({ all, over, failed, running }: Record<"all" | "over" | "failed" | "running", number>) =>
    [
      `${over.toLocaleString()} of ${all.toLocaleString()} over`,
      failed > 0 && `${failed.toLocaleString()} did not succeed`,
      running > 0 && `${running.toLocaleString()} running`,
    ]
      .filter(Boolean)
      .join(", "),
  showFailed: "Show these",
  element: (name: string, value: number) => `${name} [${value}]`,
};

export const kill = {
  button: "Kill",
  title: (id: number) => `Kill task ${id}?`,
  whose: (name: string, owner: string) => (name ? `${name}, a task of ${owner}` : `A task of ${owner}`),
  waiting: "It has not started, and never will.",
  running:
    "Its processes get the signal TERM, and KILL after the site's grace time. What it has written so far is kept.",
  array:
    "All its elements are killed: their processes get the signal TERM, and KILL after the site's grace time. Elements that wait never start.",
  confirm: "Kill the task",
  cancel: "Keep it",
};

export const act = {
  suspend: "Suspend",
  suspendHelp: "Freezes its processes where they are; they keep their memory and their place on the node.",
  holdHelp: "Holds it back; others pass it.",
  resume: "Resume",
  resumeHelp: "Lets it go on.",
  reschedule: "Reschedule",
  anew: "Run again",
  unsure: "No answer came. It may have been submitted all the same: look at the list before you try again.",
  anewHelp: "Submits it again as it is, under a new id.",
  copy: "Edit a copy",
  edit: "Edit and run again",
  copyHelp: "Opens the form with what this task asked for.",
  title: (id: number) => `Reschedule task ${id}?`,
  body: "It is ended, and begins again under the same id when its turn comes. What it has printed so far is kept.",
  confirm: "Begin again",
  cancel: "Let it run",
};

export const web = {
  open: (port: number) => `Open ${port}`,
  help: "Opens what the task serves at this port, in a tab of its own.",
  shared:
    "Opens what the task serves at this port, in a tab of its own. It takes the place of another task's.",
  early: "It opens as soon as the task runs.",
  off: "This site opens no web ports of tasks now.",
  title: (id: number) => `Open task ${id}`,
  opening: (id: number) => `Opening what task ${id} serves…`,
};

export const log = {
  stdout: "stdout",
  stderr: "stderr",
  which: "Which stream to show",
  text: "has text",
  follow: "Follow",
  archived: "The files of this task were archived, its output among them.",
  archivedHelp: "What it asked for and how it ended stays; its folder is gone.",
  early: "The output appears here as soon as the task runs.",
  quiet: "Nothing written yet. New lines appear here by themselves.",
  nothing: "The task wrote nothing here.",
  loading: "Reading…",
  wrap: "Wrap long lines",
  find: "Search this output",
  found: (at: number, all: number) => `${at.toLocaleString()} of ${all.toLocaleString()}`,
  next: "Next match",
  previous: "Match before",
  lost: "Connection lost. Trying again…",
  label: (stream: string) => `${stream} of the task`,
  full: "Download",
};

export const files = {
  root: "Task folder",
  empty: "This folder is empty.",
  none: "The task's folder is made when it starts.",
  gone: "The files of this task were archived.",
  refresh: "Refresh",
  download: (name: string) => `Download ${name}`,
};
