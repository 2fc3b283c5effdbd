import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const blue: MantineColorsTuple = [
  "#eef0ff",
  "#dcdffb",
  "#b6bdf2",
  "#8e98e9",
  "#6c79e2",
  "#5765dd",
  "#4453c9",
  "#3a48b5",
  "#3240a2",
  "#27348e",
];

const dark: MantineColorsTuple = [
  "#e6e8ee",
  "#c9cdd8",
  "#a3a9b8",
  "#7b8294",
  "#3a4050",
  "#2b303d",
  "#20242f",
  "#181b24",
  "#12151c",
  "#0c0e13",
];

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace:
    "ui-monospace, 'SF Mono', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: "620" },
  colors: { blue, dark },
  primaryColor: "blue",
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Mantine's greys are too faint to read in places; these keep a contrast of 4.5 to 1. */
export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#1b1f29",
    "--mantine-color-dimmed": "#5a6374",
    "--mantine-color-placeholder": "#6b7383",
    "--mantine-color-default-border": "#d9dde5",
    "--mantine-color-error": "#c0271d",
  },
  dark: {
    "--mantine-color-body": "#12151c",
    "--mantine-color-text": "#e6e8ee",
    "--mantine-color-dimmed": "#9aa2b3",
    "--mantine-color-placeholder": "#8b93a5",
    "--mantine-color-default": "#181b24",
    "--mantine-color-default-hover": "#20242f",
    "--mantine-color-default-border": "#2f3543",
    "--mantine-color-anchor": "#a3adf5",
    "--mantine-color-error": "#ff8f86",
  },
});
