import { text } from "../text";

const programs: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/Firefox\//, "Firefox"],
  [/(Headless)?Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** What people call a browser that calls itself so. */
export function browserOf(agent: string): string {
  const program = programs.find(([shape]) => shape.test(agent))?.[1];
  const system = systems.find(([shape]) => shape.test(agent))?.[1];
  if (program && system) return text.me.sessions.browser(program, system);
  return program ?? (agent.split(/[\s/]/)[0] || text.me.sessions.unknown);
}
