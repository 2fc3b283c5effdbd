// What the frame around the screens says.

export const shell = {
  places: {
    tasks: "Tasks",
    dashboard: "Dashboard",
    cluster: "Cluster",
    projects: "Projects",
    admin: "Administration",
    me: "Me",
  },
  menu: "Menu",
  screens: "Screens",
  groups: { go: "Go to", do: "Do", help: "Help", tasks: "Tasks" },
  palette: "Command palette",
  paletteHint: "Type a command, a task's number or its name",
  paletteShort: "Search or do",
  none: "Nothing is called that",
  task: (id: number) => `Open task ${id}`,
  keysTitle: "Keyboard shortcuts",
  close: "Close",
};
