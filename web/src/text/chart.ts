// What charts and tables of figures say.

export const chart = {
  table: "Table",
  chart: "Chart",
  csv: "CSV",
  csvOf: (what: string) => `${what} as CSV`,
  tableOf: (what: string) => `${what} as a table`,
  chartOf: (what: string) => `${what} as a chart`,
  time: "Time",
  zoom: "Drag to look closer.",
  none: "Nothing in this time.",
  more: (n: number) => `Show ${n.toLocaleString()} more`,
};
