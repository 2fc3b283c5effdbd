// What the page of one task says of its past, its files and its use.

export const timeline = {
  title: "Timeline",
  steps: {
    pending: "Waited",
    held: "Held back",
    starting: "Prepared",
    running: "Ran",
    suspended: "Suspended",
    ending: "Finished up",
  },
  now: {
    pending: "Waiting",
    held: "Held back",
    starting: "Being prepared",
    running: "Running",
    suspended: "Suspended",
    ending: "Finishing up",
  },
  attempt: (n: number) => `attempt ${n}`,
};

export const history = {
  tab: "History",
  attempts: "Attempts",
  events: "Events",
  none: "It has not been tried yet.",
  attempt: "Attempt",
  node: "Node",
  started: "Started",
  took: "Took",
  end: "End",
  log: "Its output",
  running: "runs",
  peak: "Most memory",
  kinds: {
    submitted: "Submitted",
    moved: (to: string) => `Went on to ${to}`,
    wished: (what: string) => `Somebody asked: ${what}`,
    granted: (what: string) => `Answered: ${what}`,
    detail: (what: string) => what || "Its words were taken back",
    altered: (field: string) => `Changed: ${field}`,
    tagged: (tags: string) => (tags ? `Tags: ${tags}` : "Tags taken away"),
  },
};

export const use = {
  tab: "Use",
  none: "Nothing is known of what it used.",
  short: "It was over before there was anything to draw over time.",
  early: "What it uses is drawn here as soon as it has run for some seconds.",
  gone: "The files of this task were archived, and what it used over time with them.",
  asked: "Used against asked",
  cpu: "CPU",
  ram: "Memory",
  network: "Network",
  disk: "Disk",
  cpus: "cpus",
  received: "received",
  sent: "sent",
  read: "read",
  written: "written",
  perSecond: (words: string) => `${words}/s`,
  ofCpu: (used: number, asked: number) => `${used} of ${asked} ${asked === 1 ? "cpu" : "cpus"} on average`,
  ofRam: (used: string, asked: number) => `${used} of ${asked} GB at most`,
  little: "It asked for much more than it used. Asking for less, it may start sooner.",
  near: "It nearly ran out of memory. Ask for more to be safe.",
  chart: (what: string) => `${what} over time`,
  latest: (words: string) => `now ${words}`,
  highest: (words: string) => `most ${words}`,
};

export const look = {
  show: (name: string) => `Show ${name}`,
  close: "Close the preview",
  big: (size: string) => `The first ${size} are shown. Download the file to see all of it.`,
  rows: (n: number) => `The first ${n} rows are shown.`,
  binary: "This file is not text. Download it to look at it.",
  empty: "This file is empty.",
  zip: "Download as zip",
  upload: "Upload",
  uploaded: (names: string[]) =>
    names.length === 1
      ? `${names[0]} was put into the folder.`
      : `${names.length} files were put into the folder.`,
  broken: "This picture cannot be shown: it is damaged, unfinished or none. Download the file to look at it.",
  away: "This file is not there any more.",
  next: "Next file",
  previous: "File before",
  at: (n: number, all: number) => `${n} of ${all}`,
  preview: (name: string) => `Preview of ${name}`,
  pdf: "If nothing appears, this browser does not show PDF here: open it in a tab of its own.",
  tab: "Open in a new tab",
};

export const compare = {
  title: "Compare two tasks",
  button: "Compare",
  help: "Lays this task beside another one.",
  first: "Number of a task",
  ask: "Number of the other task",
  go: "Compare",
  facts: "What differs",
  same: "They are the same in what they asked for and how they ended.",
  script: "Scripts",
  sameScript: "The scripts are the same.",
  missing: "Give the numbers of two tasks that you can see.",
  name: "Name",
  state: "State",
  added: "only in the second",
  removed: "only in the first",
};
